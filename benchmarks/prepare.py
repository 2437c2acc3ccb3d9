"""Time and peak memory of `download` and `split` for a source, in a folder of their own.

    uv run python benchmarks/prepare.py ../shared/gtsrb

Peak memory is the largest resident set of the stage's process. The table lands in
`benchmarks/results/prepare.md`.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from benchmarks.publish import publish
from signs.errors import SignsError, one_line_errors

ROOT = Path(__file__).parents[1]


def run_stage(name: str, folder: Path) -> tuple[float, float]:
    """Run a stage in `folder`; its seconds, and the peak so far of all of them in GB."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", f"stages.{name}"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - begin
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9


def main() -> None:
    """Measure, print and write."""
    if len(sys.argv) != 2:
        raise SignsError("name the source: uv run python benchmarks/prepare.py ../shared/gtsrb")
    source = Path(sys.argv[1])
    params = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
    params["data"]["source"] = str(source.resolve()) if source.is_dir() else sys.argv[1]
    lines = ["| stage | seconds | peak memory so far (GB) |", "|---|---:|---:|"]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "params.yaml").write_text(yaml.safe_dump(params), encoding="utf-8")
        for stage in ("download", "split"):
            seconds, peak = run_stage(stage, folder)
            lines.append(f"| {stage} | {seconds:.0f} | {peak:.2f} |")
        counts = json.loads((folder / "metrics/split.json").read_text(encoding="utf-8"))
    images = sum(counts[f"{part}_images"] for part in ("train", "val", "test"))
    text = f"{images} images, {os.cpu_count()} cores.\n\n" + "\n".join(lines) + "\n"
    publish("prepare.md", text)


if __name__ == "__main__":
    with one_line_errors():
        main()
