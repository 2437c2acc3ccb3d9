"""What `/metrics` says of a stream of photos that changes half-way, asked of the running service.

    uv run python -m benchmarks.drift ../shared/gtsrb
    uv run python -m benchmarks.drift ../shared/gtsrb --model models/comparison/signnet-0.int8.onnx

The first half are the test photos in random order, the second half the same gone dark. The table is
`benchmarks/results/drift.md`.
"""

import argparse
import tempfile
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
from PIL import Image
from prometheus_client.parser import text_string_to_metric_families

from benchmarks.publish import commit, publish
from benchmarks.serving.servers import MODEL, SERVICE, running
from benchmarks.trust.pictures import read_photos
from signs.errors import SignsError, one_line_errors
from signs.evaluation.corruptions import Picture, corrupt
from signs.serving.drift import DRIFT

EACH_HALF = 2000  # photos
BATCH = 100
SHOWN_EVERY = 500
CHANGE = ("darkness", 5)


def drift(url: str) -> dict[str, float]:
    """The stability index of each kind of answer."""
    families = text_string_to_metric_families(httpx.get(f"{url}/metrics").text)
    return {s.labels["of"]: s.value for f in families for s in f.samples if s.name == DRIFT}


def send(url: str, pictures: list[Picture]) -> float:
    """Have a batch named; the share that is recognised."""
    files = []
    for picture in pictures:
        stream = BytesIO()
        Image.fromarray(picture).save(stream, "PNG")
        files.append(("images", ("photo.png", stream.getvalue(), "image/png")))
    answer = httpx.post(f"{url}/predict_batch", files=files, timeout=60)
    answer.raise_for_status()
    return float(np.mean([result["recognized"] for result in answer.json()["results"]]))


def main() -> None:
    """Start the service, send both halves, print and write."""
    parser = argparse.ArgumentParser(description="Watch a stream drift that changes half-way.")
    parser.add_argument("folder", help="photos in a layout that data.source takes")
    parser.add_argument("--model", type=Path, default=MODEL)
    options = parser.parse_args()
    if not options.model.is_file():
        raise SignsError(f"{options.model} not found: run `dvc repro`, or name another --model")
    pictures, _ = read_photos(options.folder)
    order = np.random.default_rng(0).permutation(len(pictures))[: 2 * EACH_HALF]
    stream = [pictures[row] for row in order]
    stream[EACH_HALF:] = [corrupt(p, *CHANGE, n) for n, p in enumerate(stream[EACH_HALF:])]
    lines = [
        f"Answers of the running service at {commit()}, two workers; `signs_drift` over the last",
        f"1,000 answers of each. The first {EACH_HALF} photos are as they are, the others in",
        f"{CHANGE[0]} of severity {CHANGE[1]}. Command: `uv run python -m benchmarks.drift`, with",
        f"`../shared/gtsrb --model {options.model}`.",
        "",
        "| photos | recognised | drift of the class | of the confidence | of `known` |",
        "|---:|---:|---:|---:|---:|",
    ]
    variables = {"SIGNS_MODEL": str(options.model.resolve()), "SIGNS_WORKERS": "2"}
    with (
        tempfile.TemporaryDirectory() as folder,
        running("signs", SERVICE, Path(folder) / "home", variables) as server,
    ):
        server.wait_until_up("/readyz")
        recognised: list[float] = []
        for start in range(0, len(stream), BATCH):
            recognised.append(send(server.url, stream[start : start + BATCH]))
            sent = start + BATCH
            if sent % SHOWN_EVERY == 0:
                now = drift(server.url)
                share = np.mean(recognised[-SHOWN_EVERY // BATCH :])
                values = " | ".join(f"{now[of]:.3f}" for of in ("class", "confidence", "known"))
                lines.append(f"| {sent} | {share:.1%} | {values} |")
    publish("drift.md", "\n".join(lines))


if __name__ == "__main__":
    with one_line_errors():
        main()
