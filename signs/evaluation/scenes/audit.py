"""False alarms that a person has looked at: labels miss real signs.

An audit is a CSV with a row for each box that was looked at: scene (its name), left, top, right,
bottom (pixels, right and bottom exclusive) and verdict:

- "real sign": a sign that the labels lack. Finding it counts neither for nor against a model.
- "outside sign": a sign that the label space lacks. As with those that have a label, finding it
  counts neither way, and naming it counts as wrong.
- "false alarm": there is no sign. Nothing changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from signs.csv_text import read_table
from signs.errors import SignsError
from signs.evaluation.scenes.mistakes import SIDES
from signs.evaluation.scenes.results import SceneResults
from signs.records.scene import IGNORED, Scene

COLUMNS = ("scene", *SIDES, "verdict")
REAL, OUTSIDE, FALSE = "real sign", "outside sign", "false alarm"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one box shows.

    Attributes:
        scene: its name.
        box: left, top, right and bottom in pixels.
        verdict: one of those above.
    """

    scene: str
    box: tuple[float, float, float, float]
    verdict: str


def read_audit(path: Path) -> tuple[Verdict, ...]:
    """Read a table as described above, with any other columns beside those.

    Raises:
        SignsError: the file is missing or no such table, a box is not one, or a verdict unknown.
    """
    try:
        table = read_table(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise SignsError(f"{path} not found: name the table of audited false alarms") from None
    missing = [column for column in COLUMNS if column not in table.columns]
    if missing:
        raise SignsError(f"{path} lacks the columns {', '.join(missing)}")
    values = [table.values(column) for column in COLUMNS]
    rows = zip(*values, strict=True)
    return tuple(_verdict(row, f"{path}, row {i}") for i, row in enumerate(rows, 1))


def audited(results: SceneResults, audit: Sequence[Verdict]) -> SceneResults:
    """The same answers, against labels that the audit completes.

    A real sign becomes a region to ignore, an outside sign an outside sign. Verdicts on scenes that
    are not among the results are passed over, so that one table serves for all folds.
    """
    labels = {REAL: IGNORED, OUTSIDE: results.label_space.outside_label}
    added: dict[str, list[Verdict]] = {}
    for verdict in audit:
        if verdict.verdict in labels:
            added.setdefault(verdict.scene, []).append(verdict)
    scenes = tuple(_completed(scene, added.get(scene.name, []), labels) for scene in results.scenes)
    return replace(results, scenes=scenes)


def _completed(scene: Scene, verdicts: list[Verdict], labels: Mapping[str, int]) -> Scene:
    if not verdicts:
        return scene
    boxes = np.array([verdict.box for verdict in verdicts], np.float32)
    extra = np.array([labels[v.verdict] for v in verdicts], np.int64)
    return replace(
        scene,
        boxes=np.concatenate([scene.boxes, boxes]),
        labels=np.concatenate([scene.labels, extra]),
    )


def _verdict(row: tuple[str, ...], place: str) -> Verdict:
    scene, *corners, verdict = (text.strip() for text in row)
    try:
        left, top, right, bottom = map(float, corners)
    except ValueError:
        raise SignsError(f"{place}: {', '.join(corners)} is not a box in pixels") from None
    if not (np.isfinite((left, top, right, bottom)).all() and left < right and top < bottom):
        raise SignsError(f"{place}: {', '.join(corners)} is not a box in pixels")
    if verdict not in (REAL, OUTSIDE, FALSE):
        raise SignsError(f'{place}: verdict "{verdict}" is not {REAL}, {OUTSIDE} or {FALSE}')
    return Verdict(scene, (left, top, right, bottom), verdict)
