"""From an opened source to figures, differences and files of mistakes."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from signs.cli.evaluating.crops import CropAnswers, answer_crops
from signs.cli.evaluating.evaluation import Evaluation, Judgment
from signs.cli.evaluating.mistakes import folders_of, write_crops, write_scenes
from signs.cli.evaluating.parts import choose
from signs.cli.evaluating.scenes import SceneAnswers, answer_scenes
from signs.cli.progress import with_progress
from signs.data.scenes.source import SceneSource
from signs.data.source import Source
from signs.evaluation.bootstrap import Difference
from signs.evaluation.comparison import crops, scenes
from signs.evaluation.comparison.crops import Judged
from signs.evaluation.scenes.mistakes import mistakes
from signs.evaluation.scenes.summary import summary as scene_summary
from signs.evaluation.summary import summary
from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader

T = TypeVar("T")
DOING = "evaluating"  # beside the progress bar
UNGROUPED = (
    "which images show one sign is not known: the interval takes all as independent, and is too "
    "narrow where several show one"
)


def evaluate_crops(
    source: Source,
    models: Sequence[tuple[Path, Recognizer]],
    part: str | None,
    target: Path | None,
) -> Evaluation:
    """Score one recognizer, or compare two of one label space.

    Args:
        models: each with its file.
        part: as for `choose`.
        target: the folder for mistakes.

    Raises:
        SignsError: the source has no such part, cannot be read, or has a label that the models
            lack; or the folder cannot be written to.
    """
    chosen, compared = choose(source, part), len(models) > 1
    folders = folders_of(target, len(models), source.id) if target is not None else []
    photos = with_progress(chosen.images(), None, DOING)
    recognizers = [recognizer for _, recognizer in models]
    answers = answer_crops(photos, recognizers, source.name, compared or target is not None)
    judgments = []
    rows = zip(models, answers.results, answers.answers, strict=True)
    for (path, recognizer), results, given in rows:
        figures = summary(results, given.recognized, recognizer.info.temperature)
        judgments.append(Judgment(path, recognizer.info, figures))
    if folders:
        write_crops(chosen, answers, folders)
    return Evaluation(
        source.name, source.layout, chosen.title, "images", len(answers.labels),
        len(np.unique(answers.groups)) if answers.grouped else None,
        answers.reading.unreadable,
        [*source.warnings, *([UNGROUPED] if compared and not answers.grouped else [])],
        judgments, _compared_crops(answers) if compared else {},
    )  # fmt: skip


def evaluate_scenes(
    source: SceneSource,
    models: Sequence[tuple[Path, Recognizer]],
    detectors: Sequence[tuple[Path, Detector]],
    part: str | None,
    target: Path | None,
) -> Evaluation:
    """Score a detector with a recognizer, or compare two such pairs.

    Args:
        models, detectors: each with its file. One stands for both, where there are two others.
        part, target: as for `evaluate_crops`.

    Raises:
        SignsError: as `evaluate_crops`.
    """
    pairs = _paired(models, detectors)
    chosen, compared = choose(source, part), len(pairs) > 1
    folders = folders_of(target, len(pairs), source.id) if target is not None else []
    pictures = with_progress(chosen.images(), None, DOING)
    readers = [SceneReader(detector, recognizer) for (_, recognizer), (_, detector) in pairs]
    answers = answer_scenes(pictures, readers, source.name)
    judgments, tables = [], []
    for ((model, recognizer), (file, detector)), results in zip(
        pairs, answers.results, strict=True
    ):
        found = mistakes(results, detector.info.threshold)
        counts = {name: len(table) for name, table in found.items()}
        figures = {**scene_summary(results), **counts}
        judgments.append(Judgment(model, recognizer.info, figures, file, detector.info))
        tables.append(found)
    if folders:
        write_scenes(chosen, answers, tables, folders)
    places = answers.results[0].groups
    return Evaluation(
        source.name, source.layout, chosen.title, "scenes", len(answers.reading.places),
        None if places is None else len(np.unique(places)),
        answers.reading.unreadable, [*source.warnings, *answers.warnings],
        judgments, _compared_scenes(answers) if compared else {},
    )  # fmt: skip


def _compared_crops(answers: CropAnswers) -> dict[str, Difference]:
    one, other = (
        Judged.of(results, given.recognized)
        for results, given in zip(answers.results, answers.answers, strict=True)
    )
    return crops.compare(one, other, answers.groups)


def _compared_scenes(answers: SceneAnswers) -> dict[str, Difference]:
    one, other = answers.results
    return scenes.compare(one, other)


def _paired(
    models: Sequence[tuple[Path, Recognizer]], detectors: Sequence[tuple[Path, Detector]]
) -> list[tuple[tuple[Path, Recognizer], tuple[Path, Detector]]]:
    count = max(len(models), len(detectors))
    return list(zip(_times(models, count), _times(detectors, count), strict=True))


def _times(one_or_all: Sequence[T], count: int) -> list[T]:
    return list(one_or_all) * (count // len(one_or_all))
