"""What the boxes of GTSDB allow: 100 of them, drawn again by eye without looking at the first.

The 100 signs were drawn at random from all 852. Each was shown without its box, off center, its
contrast stretched, ten to twenty times as large beside a ruler, and the outline was read to half a
pixel: `redrawn.csv`, in pixels, right and bottom exclusive; `place` counts the boxes of a scene.
"""

import csv
from pathlib import Path

import numpy as np

from benchmarks.rows import Row
from signs.inference.boxes import pairwise_iou
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Boxes

REDRAWN = Path(__file__).with_name("redrawn.csv")
THRESHOLDS = np.arange(0.5, 1, 0.05)  # as COCO's


def agreement(scenes: PackedScenes) -> Row:
    """How redrawn boxes agree with those of the labels.

    Returns:
        `margin`: by how many pixels the labels reach farther, on average, at each side. For the
        boxes as drawn, and once that margin is added: mean overlap, the share of signs with an
        overlap of at least 0.75, and the mean of such shares over COCO's thresholds: the recall
        that a reader of the same precision reaches, above which no average precision can be.

    Raises:
        KeyError: a scene is not there.
    """
    by_name = {Path(scene.name).name: scene for scene in scenes.scenes}
    with REDRAWN.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    drawn = np.array(
        [[float(row[side]) for side in ("left", "top", "right", "bottom")] for row in rows],
        np.float32,
    )
    labels = np.array([by_name[row["scene"]].boxes[int(row["place"])] for row in rows], np.float32)
    margin = (drawn - labels).mean(axis=0) * [1, 1, -1, -1]
    widened = (drawn - (drawn - labels).mean(axis=0)).astype(np.float32)
    return {
        "signs": len(rows),
        "margin": dict(zip(("left", "top", "right", "bottom"), margin.tolist(), strict=True)),
        "as_drawn": _shares(drawn, labels),
        "with_margin": _shares(widened, labels),
    }


def _shares(drawn: Boxes, labels: Boxes) -> Row:
    overlap = np.diag(pairwise_iou(drawn, labels))
    return {
        "mean_overlap": float(overlap.mean()),
        "share_at_75": float((overlap >= 0.75).mean()),
        "share_at_50_to_95": float(np.mean([(overlap >= least).mean() for least in THRESHOLDS])),
    }
