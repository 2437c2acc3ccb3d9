"""Recognition on photos: our network, torchvision's in our pipeline, and the usual recipe.

    uv run python -m benchmarks.recognition ../shared/gtsrb             all rows not there, or stale
    uv run python -m benchmarks.recognition ../shared/gtsrb signnet-0   these rows
    uv run python -m benchmarks.recognition ../shared/gtsrb default --model models/model.onnx
    uv run python -m benchmarks.recognition --table                     measures nothing

The folder holds photos in a layout that `data.source` takes, with a test part that shares no
physical sign with its training part. `default` scores a file that is there, in a minute; the other
rows train, for 15 to 45 minutes each on two cores. `speed` times all files that are on this
machine: let nothing else run then. `benchmarks.rows` says where rows are kept.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import rows
from benchmarks.recognition import peer, pipeline
from benchmarks.recognition.scores import measure_speed, score
from benchmarks.recognition.table import table
from benchmarks.rows import MODEL, ROOT, MadeOf, Values
from signs.catalog.gtsrb import GTSRB
from signs.data.open import open_source
from signs.data.pack import pack_photos
from signs.data.source import Source
from signs.data.store import write_photos
from signs.errors import SignsError, one_line_errors
from signs.inference.recognizer import Recognizer
from signs.networks.architectures import build, count_parameters
from signs.params import load_params
from signs.records.packed import Packed
from signs.training.fingerprint import fingerprint

NAME = "recognition"
NAMES = ("default", *pipeline.RECIPES, "peer", "speed")
SCORING = (
    "benchmarks/recognition/scores.py", "signs/data", "signs/evaluation/metrics.py",
    "signs/inference", "signs/splitting/infer.py",
)  # fmt: skip
TRAINING = (
    *SCORING, "signs/art", "signs/export", "signs/networks", "signs/splitting", "signs/training",
    "stages/download.py", "stages/split.py", "stages/train.py", "stages/export.py",
)  # fmt: skip


def main() -> None:
    """Measure, then write the table."""
    parser = argparse.ArgumentParser(description="Compare recognition on photos.")
    parser.add_argument("source", nargs="?", help="photos in a layout that data.source takes")
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(NAMES)}; in any case measured")
    parser.add_argument("--model", type=Path, default=MODEL, help="the file of the row default")
    parser.add_argument("--table", action="store_true", help="measure nothing, write the table")
    options = parser.parse_args()
    if unknown := set(options.rows) - set(NAMES):
        raise SignsError(f"no row {', '.join(sorted(unknown))}: choose from {', '.join(NAMES)}")
    if not options.table:
        if not options.source:
            raise SignsError("name the folder of photos, or pass --table")
        now = present(options.source, options.model)
        how = measures(options.source, options.model, now)
        chosen = options.rows or NAMES
        wanted = {name: (now[name], how[name]) for name in NAMES if name in chosen}
        rows.measure_rows(NAME, wanted, again=bool(options.rows))
    found = rows.read_rows(NAME)
    speed = found.get("speed")
    ordered = {name: found[name] for name in NAMES if name in found and name != "speed"}
    rows.publish(NAME, table(ordered, speed, present(options.source)))


def present(source: str | None, model: Path | None = None) -> dict[str, MadeOf]:
    """What each row would be made of now; without a source, all but the photos.

    Args:
        model: the file of the row `default`; left out, the one that `dvc.lock` names.
    """
    photos = {"data": rows.data(source)} if source else {}
    trained = photos | {"code": rows.code(*TRAINING, "benchmarks/recognition/pipeline.py")}
    made_of: dict[str, MadeOf] = {
        "default": photos | {"code": rows.code(*SCORING)} | rows.model(model),
        "peer": photos | {"code": rows.code(*SCORING, "benchmarks/recognition/peer.py")},
        "speed": {name: rows.md5(path) for name, path in files().items()},
    }
    for name, recipe in pipeline.RECIPES.items():
        params = fingerprint([], pipeline.params_for(recipe))[: rows.DIGITS]
        made_of[name] = trained | {"params": params}
    return made_of


def measures(source: str, model: Path, now: dict[str, MadeOf]) -> dict[str, Callable[[], Values]]:
    """What measures each row."""
    params = load_params("data", "image_size", "split", path=ROOT / "params.yaml")
    opened = open_source(source, params.data)
    if "test" not in opened.parts:
        raise SignsError(f"{source} has no test part")
    test = partial(pack_test, opened, params.split.max_unreadable)
    # The photos are the same for all rows, so `made_of` of one recipe stands for them.
    photos = now["signnet-0"]
    return {
        "default": lambda: measure_default(model, test),
        **{name: partial(pipeline.measure, name, source, photos) for name in pipeline.RECIPES},
        "peer": lambda: peer.measure(opened, test(peer.SIZE)),
        "speed": lambda: measure_speed(files()),
    }


def measure_default(model: Path, test: Callable[[int], Packed]) -> Values:
    """The row of a file that is there."""
    info = Recognizer(model).info
    size = info.preprocessing.size
    network = build(info.arch, info.label_space.num_outputs)
    return {
        "version": info.version,
        "trained_on": info.data,
        "parameters": count_parameters(network),
        "multiply_adds": pipeline.multiply_adds(network, size),
        "files": {info.precision: score(model, test(size))},
    }


def pack_test(source: Source, max_unreadable: float, image_size: int) -> Packed:
    """The test part of a source, packed as the pipeline does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "test.parquet"
        write_photos(path, source.parts["test"](), source, GTSRB)
        return pack_photos(path, image_size, max_unreadable, need_groups=False).photos


def files() -> dict[str, Path]:
    """The model files that are on this machine, by row and precision."""
    found = {
        f"{name}.{precision}": path
        for name in (*pipeline.RECIPES, "peer")
        for precision, path in pipeline.files_of(name).items()
    }
    return {"default.fp32": MODEL, **found} if MODEL.is_file() else found


if __name__ == "__main__":
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # CPU seconds would mean nothing
    with one_line_errors():
        main()
