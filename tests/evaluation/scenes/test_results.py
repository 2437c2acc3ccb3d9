"""What results must be, and their flat form."""

from collections.abc import Callable

import numpy as np
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.evaluation.scenes.results import SceneResults, flat_found
from tests.evaluation.scenes.made import STOP, A, detections, random_results, results_of, scene

Change = Callable[[SceneResults], SceneResults]
NAN = float("nan")


def test_all_detections_are_kept_in_order() -> None:
    results = random_results(1)
    found = flat_found(results, "score")
    assert len(found) == sum(map(len, results.answers))
    assert (np.diff(found.scores) <= 0).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda r: SceneResults((), (), GTSRB), "0 scenes"),
        (lambda r: SceneResults(r.scenes, r.answers * 2, GTSRB), "1 scenes, 2 answers"),
        (lambda r: SceneResults(r.scenes, r.answers, GTSRB, np.array(["a", "b"])), "groups"),
        (lambda r: SceneResults((scene([(A, 44)]),), r.answers, GTSRB), "labels must be -1 to 43"),
        (lambda r: SceneResults((scene([((5, 5, 4, 9), 1)]),), r.answers, GTSRB), "inverted"),
        (
            lambda r: SceneResults(r.scenes, (detections([((0, 0, NAN, 1), 1, 1)]),), GTSRB),
            "not finite",
        ),
        (lambda r: SceneResults(r.scenes, (detections([(A, NAN, 1)]),), GTSRB), "score is not"),
        (
            lambda r: SceneResults(r.scenes * 2, (r.answers[0], r.answers[0].candidates), GTSRB),
            "all be",
        ),
    ],
)
def test_results_are_checked(change: Change, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        change(results_of(([(A, STOP)], [(A, 0.9, STOP)])))
