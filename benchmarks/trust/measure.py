"""What is measured of one model, on images read and drawn once for all models."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.rows import ROOT, Row
from signs.data.drawn_negatives import negatives_source
from signs.data.open import open_source
from signs.data.scene_crops import background_patches, sign_crops
from signs.errors import SignsError
from signs.evaluation.metrics import (
    Results,
    area_under_risk_coverage,
    calibration_error,
)
from signs.evaluation.out_of_distribution import Scores, out_of_distribution_table
from signs.evaluation.robustness import (
    accuracy_with_interval,
    corruption_table,
    recrop_table,
)
from signs.inference.preprocess import decode, squash
from signs.inference.recognizer import Recognizer
from signs.params import load_params
from signs.records.answers import Answers

BORDERS = {"tight": 0.0, "plain": 0.125, "loose": 0.5}  # of the sign's side, on each side
SAMPLE = 2_000  # photos that are recropped and corrupted: 37 versions of each

Picture = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Pictures:
    """At their own sizes, uint8[H, W, 3] each.

    Attributes:
        photos, labels: the test part, as it was annotated.
        negatives: by kind.
        in_scenes: signs of road scenes with their labels, by border.
    """

    photos: list[Picture]
    labels: Labels
    negatives: dict[str, list[Picture]]
    in_scenes: dict[str, tuple[list[Picture], Labels]]


def read_pictures(source: str, scenes: Path) -> Pictures:
    """Read photos and GTSDB's scenes, and draw negatives as the pipeline does to test with.

    Raises:
        SignsError: the photos have no test part, or the scenes are missing.
    """
    params = load_params("data", path=ROOT / "params.yaml").data
    opened = open_source(source, params)
    if "test" not in opened.parts:
        raise SignsError(f"{source} has no test part")
    in_scenes = {name: sign_crops(scenes, border) for name, border in BORDERS.items()}
    negatives: dict[str, list[Picture]] = {}
    for photo in negatives_source(params.drawn_negatives, params.seed).parts["test"]():
        negatives.setdefault(photo.kind, []).append(np.asarray(decode(photo.data)))
    negatives["background of road scenes"] = background_patches(scenes)
    photos = list(opened.parts["test"]())
    pictures = [np.asarray(decode(photo.data)) for photo in photos]
    return Pictures(pictures, np.array([p.label for p in photos]), negatives, in_scenes)


def measure(model: Path, read: Callable[[], Pictures]) -> Row:
    """A row: numbers, and tables as lists of their lines."""
    recognizer, pictures = Recognizer(model), read()
    info = recognizer.info

    def answer(some: Sequence[Picture]) -> Answers:
        size = recognizer.image_size
        return recognizer.answer([squash(Image.fromarray(picture), size) for picture in some])

    def guess(some: Sequence[Picture]) -> Labels:
        return answer(some).class_ids

    photos, labels = pictures.photos, pictures.labels
    answers = answer(photos)
    results = Results(answers.probabilities, labels, info.label_space)
    negatives = {kind: answer(some) for kind, some in pictures.negatives.items()}
    outside = out_of_distribution_table(
        Scores(answers.known, answers.confidence),
        {kind: Scores(found.known, found.confidence) for kind, found in negatives.items()},
        info.threshold,
    )
    in_scenes = []
    for border, (crops, truth) in pictures.in_scenes.items():
        found = answer(crops)
        accuracy = accuracy_with_interval(found.class_ids == truth)
        refused = float((~found.recognized).mean())
        in_scenes.append({"border": border, **accuracy, "refused": refused})
    rows = np.sort(np.random.default_rng(0).permutation(len(photos))[:SAMPLE])
    sample, truth = [photos[row] for row in rows.tolist()], labels[rows]
    bins = load_params("evaluate", path=ROOT / "params.yaml").evaluate.calibration_bins
    return {
        "version": info.version,
        "trained_on": info.data,
        "images": len(photos),
        "errors": int((~results.correct).sum()),
        "refused": float((~answers.recognized).mean()),
        "calibration_error": calibration_error(results, bins),
        "risk_coverage_area": area_under_risk_coverage(results),
        "out_of_distribution": outside.to_dict("records"),
        "in_scenes": in_scenes,
        "recrops": recrop_table(sample, truth, guess).to_dict("records"),
        "corruptions": corruption_table(sample, truth, guess).to_dict("records"),
    }
