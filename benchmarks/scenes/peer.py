"""A detector that people use, on the same scenes: a nano YOLO in three times our processor time."""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from benchmarks.rows import Row
from benchmarks.scenes import judge, timing
from signs.catalog.detection_categories import CATEGORIES, categories_of
from signs.evaluation.scenes.results import SceneResults
from signs.inference.scene_reader import SceneReader
from signs.pictures.decoding import decode
from signs.records.detections import Candidates
from signs.records.packed_scenes import PackedScenes

SCRIPT = Path(__file__).with_name("yolo.py")
TIMES = 3  # our processor time
FRAME = (768, 1280)  # height and width that it is timed at


def measure(
    parts: dict[str, PackedScenes], reader: SceneReader, cpu_seconds: float, folder: Path
) -> Row:
    """Train the peer on a fold, and judge it with the recognizer that names our finds too.

    Args:
        parts: "train", "val" and "test" of the fold.
        reader: our detector and a recognizer, of which the peer's finds get the latter.
        cpu_seconds: of our training.
        folder: for scenes, weights and graph.
    """
    write(parts, folder)
    command = ["uv", "run", "--quiet", "--script", str(SCRIPT), str(folder)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "YOLO_AUTOINSTALL": "false"}
    subprocess.run([*command, str(TIMES * cpu_seconds)], check=True, env=environment)
    content = json.loads((folder / "found.json").read_text(encoding="utf-8"))
    test = parts["test"]
    answers = tuple(
        reader.name(decode(scene.data), candidates(np.array(found, np.float32).reshape(-1, 6)))
        for scene, found in zip(test.scenes, content.pop("found").values(), strict=True)
    )
    graph = Path(content.pop("graph"))
    results = SceneResults(test.scenes, answers, test.label_space, test.groups)
    times = {"milliseconds": timing.session_time(graph, *FRAME), "bytes": graph.stat().st_size}
    return content | times | {"figures": judge.figures(results)}


def candidates(rows: npt.NDArray[np.float32]) -> Candidates:
    """Finds float32[N, 6] (left, top, right, bottom, score, category) as ours are."""
    rows = rows[np.argsort(-rows[:, 4], kind="stable")]
    categories = np.eye(len(CATEGORIES), dtype=np.float32)[rows[:, 5].astype(int)]
    return Candidates(rows[:, :4], rows[:, 4], categories)


def write(parts: dict[str, PackedScenes], folder: Path) -> None:
    """Write scenes in the layout of YOLO, with our categories as classes."""
    for part, scenes in parts.items():
        images, labels = (folder / kind / part for kind in ("images", "labels"))
        for kind in (images, labels):
            kind.mkdir(parents=True, exist_ok=True)
        category_of = categories_of(scenes.label_space)
        for number, scene in enumerate(scenes.scenes):
            (images / f"{number:05}.jpg").write_bytes(scene.data)
            size = np.tile(decode(scene.data).size, 2)
            left, top, right, bottom = (scene.boxes / size).T
            rows = zip(
                scene.labels.tolist(), (left + right) / 2, (top + bottom) / 2, right - left,
                bottom - top, strict=True,
            )  # fmt: skip
            text = "".join(
                f"{category_of[label]} {x:.6f} {y:.6f} {w:.6f} {h:.6f}\n"
                for label, x, y, w, h in rows
                if label >= 0
            )
            (labels / f"{number:05}.txt").write_text(text, encoding="utf-8")
    head = {"path": str(folder.resolve()), "names": dict(enumerate(CATEGORIES))}
    paths = {part: f"images/{part}" for part in parts}
    (folder / "data.yaml").write_text(yaml.safe_dump(head | paths), encoding="utf-8")
