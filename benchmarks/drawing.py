"""How fast scenes are drawn, on one core and by all processes of the pipeline.

    uv run python -m benchmarks.drawing

One core draws `PER_CLASS` images of each sign in this process, all drawings prepared before; then
the source draws the same images as `dvc repro` does, start of its processes included. The ratio of
the two is what each core yields. The bytes of both have to be the same. The table lands in
`benchmarks/results/drawing.md`.
"""

import os
import platform
import time

import cv2

from benchmarks.publish import publish
from signs.classes import NUM_CLASSES
from signs.errors import SignsError, one_line_errors
from signs.sources.drawn import draw_photo, drawn_source

PER_CLASS = 60


def main() -> None:
    """Measure, print and write."""
    cv2.setNumThreads(1)
    wanted = [(c, n) for c in range(NUM_CLASSES) for n in range(PER_CLASS)]
    first = [draw_photo(*one, seed=0) for one in wanted]  # prepares the drawings on the way
    started = time.perf_counter()
    again = [draw_photo(*one, seed=0) for one in wanted]
    alone = len(wanted) / (time.perf_counter() - started)
    started = time.perf_counter()
    together = list(drawn_source(PER_CLASS, seed=0).parts["train"]())
    rate = len(wanted) / (time.perf_counter() - started)
    if not first == again == together:
        raise SignsError("the same seed gave other bytes")
    cores = os.cpu_count() or 1
    publish(
        "drawing.md",
        f"Drawing {len(wanted):,} scenes ({platform.machine()}, {cores} cores). Command:\n"
        "`uv run python -m benchmarks.drawing`\n\n"
        "| | images/s | images/s and core | ratio to one core |\n|---|---:|---:|---:|\n"
        f"| one core, drawings prepared | {alone:.0f} | {alone:.0f} | 1.00 |\n"
        f"| {cores} processes, their start included | {rate:.0f} | {rate / cores:.0f} "
        f"| {rate / alone:.2f} |\n",
    )


if __name__ == "__main__":
    with one_line_errors():
        main()
