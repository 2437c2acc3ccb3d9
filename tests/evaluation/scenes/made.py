"""Scenes and answers of a few numbers."""

from collections.abc import Sequence
from io import BytesIO

import numpy as np
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.scenes.results import SceneResults
from signs.records.answers import Answers
from signs.records.detections import Candidates, Detections
from signs.records.scene import IGNORED, Scene

STOP, LIMIT_30, LIMIT_50, RIGHT_OF_WAY, KEEP_RIGHT = 14, 1, 2, 11, 38
OUTSIDE = GTSRB.outside_label

Square = tuple[float, float, float, float]
Sign = tuple[Square, int]  # its box and label
Hit = tuple[Square, float, int]  # a box, its score, and its class

A: Square = (0, 0, 20, 20)
B: Square = (100, 0, 120, 20)
C: Square = (0, 100, 20, 120)
A_HALF: Square = (0, 0, 20, 10)  # an IoU of 0.5 with A
A_LESS: Square = (0, 0, 20, 9.9)  # a little less


def picture(seed: int = 0) -> bytes:
    """A road of noise, 200 pixels wide and 150 high."""
    pixels = np.random.default_rng(seed).integers(60, 200, (150, 200, 3), dtype=np.uint8)
    stream = BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def scene(signs: Sequence[Sign], name: str = "road", data: bytes = b"") -> Scene:
    boxes = np.array([box for box, _ in signs], np.float32).reshape(-1, 4)
    return Scene(data, name, boxes, np.array([label for _, label in signs], np.int64))


def detections(hits: Sequence[Hit], sign_scores: Sequence[float] | None = None) -> Detections:
    """Answers whose score is as given, where no score of a sign is: that is 1, as the class's."""
    count = len(hits)
    categories = np.zeros((count, 4), np.float32)
    categories[:, 0] = 1  # all prohibitory to the detector
    sure = np.ones(count) if sign_scores is None else sign_scores
    probabilities = np.zeros((count, len(GTSRB)), np.float32)
    probabilities[np.arange(count), [label for _, _, label in hits]] = 1
    scores = np.array([score for _, score, _ in hits], np.float32)
    return Detections(
        Candidates(
            np.array([box for box, _, _ in hits], np.float32).reshape(-1, 4),
            np.array(sure, np.float32),
            categories,
        ),
        Answers(probabilities, scores**2, scores > 0.5),
    )


def results_of(*pairs: tuple[Sequence[Sign], Sequence[Hit]]) -> SceneResults:
    """A scene for each pair of signs and detections."""
    scenes = tuple(scene(signs, f"road-{i}", picture(i)) for i, (signs, _) in enumerate(pairs))
    return SceneResults(scenes, tuple(detections(hits) for _, hits in pairs), GTSRB)


def random_results(seed: int, scenes: int = 6) -> SceneResults:
    """Signs, regions and outside signs, and answers of which some are near them."""
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(scenes):
        signs: list[Sign] = []
        for _ in range(rng.integers(0, 5)):
            corner, side = rng.integers(0, 150, 2), rng.integers(12, 60)
            label = rng.choice([STOP, LIMIT_30, RIGHT_OF_WAY, KEEP_RIGHT, OUTSIDE, IGNORED])
            signs.append(((*corner.tolist(), *(corner + side).tolist()), int(label)))
        hits: list[Hit] = []
        for box, label in signs * 2:
            if rng.random() < 0.7:
                # Coarse scores, so that there are ties.
                near = np.array(box) + rng.normal(0, 4, 4)
                near[2:] = np.maximum(near[2:], near[:2] + 1)
                right = 0 <= label < len(GTSRB) and rng.random() < 0.8
                guess = label if right else int(rng.choice([STOP, LIMIT_30]))
                hits.append((tuple(near.tolist()), round(float(rng.random()), 1), guess))
        pairs.append((signs, hits))
    return results_of(*pairs)
