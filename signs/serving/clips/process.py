"""The process that reads one clip, apart from the service's workers.

A hostile clip that crashes FFmpeg, or takes all memory, then ends no worker, and the system gives
this process less of the processor than the answers for pictures. A worker starts it, and writes an
`Assignment` as a line to its standard input. The process stops once that is closed, so that it
does not outlive the worker by much. Its standard output has a line of JSON for each `Report`.
"""

import os
import sys
import threading
import time

from signs.clips.interrupt import Interrupt
from signs.serving.clips.assignment import Assignment, Report

GRACE_S = 20.0  # for a frame and the end of the drawn clip, once the process is to stop
NICE = 10  # how far the answers for pictures go before


def main() -> None:
    """Read the clip that the assignment names."""
    # Here, so that the worker, which knows this module, does without PyAV.
    from signs.media.clip import ClipError
    from signs.serving.clips.reading import read_clip

    assignment = Assignment.model_validate_json(sys.stdin.readline())
    if hasattr(os, "nice"):
        os.nice(NICE)
    interrupt = Interrupt()
    threading.Thread(target=_stop_at_end_of_input, args=(interrupt,), daemon=True).start()
    try:
        read_clip(assignment, interrupt, _say)
    except ClipError as error:
        _say(Report(refused=str(error)))


def _stop_at_end_of_input(interrupt: Interrupt) -> None:
    sys.stdin.read()
    interrupt.stop()
    time.sleep(GRACE_S)
    os._exit(1)


def _say(report: Report) -> None:
    try:
        print(report.model_dump_json(), flush=True)
    except BrokenPipeError:  # the worker is gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at the end
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
