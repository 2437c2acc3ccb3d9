"""Recognition on photos: our network, torchvision's in our pipeline, and the usual recipe.

    uv run python -m benchmarks.recognition ../shared/gtsrb             rows not there, or stale
    uv run python -m benchmarks.recognition ../shared/gtsrb signnet-0   this row in any case
    uv run python -m benchmarks.recognition ../shared/gtsrb default --model models/model.onnx
    uv run python -m benchmarks.recognition --table                     measures nothing

The folder holds photos in a layout that `data.source` takes, with a test part that shares no
physical sign with its training part. `default` scores a file that is there, in a minute; the other
rows train, for 15 to 45 minutes each on two cores. `benchmarks.rows` says where rows are kept.
"""

import argparse
import os
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import rows
from benchmarks.recognition import peer, pipeline
from benchmarks.recognition.scores import score
from benchmarks.recognition.table import table
from benchmarks.rows import MODEL, ROOT, MadeOf, Row
from signs.catalog.gtsrb import GTSRB
from signs.data.open import open_source
from signs.data.pack import pack_photos
from signs.data.source import Source
from signs.data.store import write_photos
from signs.errors import SignsError, one_line_errors
from signs.inference.recognizer import Recognizer
from signs.networks.architectures import build
from signs.networks.weights import count_parameters
from signs.params import load_params
from signs.records.packed import Packed

NAME = "recognition"
SCORING = (
    "benchmarks/recognition/scores.py", "signs/catalog", "signs/data", "signs/inference",
    "signs/evaluation/metrics.py", "signs/records", "signs/splitting",
)  # fmt: skip
PEER = (*SCORING, "benchmarks/recognition/peer.py", "signs/export", "signs/networks")
PIPELINE = (
    *SCORING, "benchmarks/recognition/pipeline.py", "signs/art", "signs/export", "signs/networks",
    "signs/training", "stages/download.py", "stages/split.py", "stages/train.py",
    "stages/export.py",
)  # fmt: skip


def main() -> None:
    """Measure, then write the table."""
    parser = argparse.ArgumentParser(description="Compare recognition on photos.")
    parser.add_argument("source", nargs="?", help="photos in a layout that data.source takes")
    parser.add_argument("rows", nargs="*", help="to measure; none: those not there, or stale")
    parser.add_argument("--model", type=Path, default=MODEL, help="the file of the row default")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the table")
    options = parser.parse_args()
    if not options.table:
        if not options.source:
            raise SignsError("name the folder of photos, or pass --table")
        rows.measure_rows(NAME, measures(options.source, options.model), options.rows)
    present = made_of(options.source, None)
    rows.publish(NAME, table(rows.read_rows(NAME, present), present))


def made_of(source: str | None, model: Path | None) -> dict[str, MadeOf]:
    """What each row would be made of now; without a source, all but the photos.

    Args:
        model: the file of the row `default`; None stands for the one that `dvc.lock` names.
    """
    photos, training = rows.data(source), rows.code(*PIPELINE)
    return {
        "default": {**photos, **rows.code(*SCORING), **rows.model(model)},
        **{
            name: {**photos, **training, **rows.params(pipeline.params_for(recipe))}
            for name, recipe in pipeline.RECIPES.items()
        },
        "peer": {**photos, **rows.code(*PEER)},
    }


def measures(source: str, model: Path) -> rows.Measures:
    """What measures each row."""
    params = load_params("data", "split", path=ROOT / "params.yaml")
    opened = open_source(source, params.data)
    if "test" not in opened.parts:
        raise SignsError(f"{source} has no test part")
    test = partial(pack_test, opened, params.split.max_unreadable)
    made = made_of(source, model)
    return {
        "default": (made["default"], lambda: measure_default(model, test)),
        **{
            name: (made[name], partial(pipeline.measure, name, source, made[name]))
            for name in pipeline.RECIPES
        },
        "peer": (made["peer"], lambda: peer.measure(opened, test(peer.SIZE))),
    }


def measure_default(model: Path, test: partial[Packed]) -> Row:
    """The row of a file that is there."""
    info = Recognizer(model).info
    network = build(info.arch, info.label_space.num_outputs)
    return {
        "version": info.version,
        "trained_on": info.data,
        "parameters": count_parameters(network),
        "files": {info.precision: score(model, test(info.preprocessing.size))},
    }


def pack_test(source: Source, max_unreadable: float, image_size: int) -> Packed:
    """The test part of a source, packed as the pipeline does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.parquet"
        write_photos(path, source.parts["test"](), source, GTSRB)
        return pack_photos(path, image_size, max_unreadable, need_groups=False).photos


if __name__ == "__main__":
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # the peer's CPU seconds would mean nothing
    with one_line_errors():
        main()
