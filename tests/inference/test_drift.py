import math

import numpy as np
import pytest

from signs.inference.drift import make_reference, stability_index
from signs.records.spread import Spread

RNG = np.random.default_rng(0)


def test_the_index_is_that_of_the_textbook() -> None:
    """Two bins, half and half expected, 3 to 1 found; many images, so that the prior is nothing."""
    index = stability_index(Spread((0.5,), (0.5, 0.5)), [300_000_000, 100_000_000])
    assert index == pytest.approx(0.25 * math.log(1.5) - 0.25 * math.log(0.5))


def test_nothing_drifts_and_something_does() -> None:
    probabilities = RNG.dirichlet(np.full(43, 0.05), 5000).astype(np.float32)
    known = RNG.beta(8, 1, 5000).astype(np.float32)
    reference = make_reference(probabilities, known, probabilities.argmax(axis=1))
    assert [len(reference[of].shares) for of in ("class", "confidence", "known")] == [43, 10, 10]
    same = [reference["known"].bin(value) for value in RNG.beta(8, 1, 1000)]
    other = [reference["known"].bin(value) for value in RNG.beta(2, 1, 1000)]
    quiet, loud = (
        stability_index(reference["known"], np.bincount(bins, minlength=10))
        for bins in (same, other)
    )
    assert quiet < 0.05 < 0.5 < loud


def test_bins_hold_what_the_shares_say() -> None:
    known = RNG.random(999).astype(np.float32)
    spread = make_reference(np.full((999, 2), 0.5, np.float32), known, np.zeros(999, np.int64))[
        "known"
    ]
    counts = np.bincount([spread.bin(float(value)) for value in known], minlength=10)
    assert np.allclose((counts + 0.5) / (999 + 5), spread.shares)
    assert spread.bin(-1.0) == 0
    assert spread.bin(2.0) == 9


def test_values_that_all_images_share_make_fewer_bins() -> None:
    reference = make_reference(np.eye(3, dtype=np.float32), np.ones(3, np.float32), np.arange(3))
    assert reference["known"].edges == (1.0,)
    assert sum(reference["known"].shares) == pytest.approx(1)
    assert stability_index(reference["known"], [0, 0]) < 1  # nothing seen: no infinity


@pytest.mark.parametrize(("labels", "watches_class"), [([0, 1, 2] * 40, False), ([0] * 120, True)])
def test_a_mix_of_classes_that_was_made_is_not_watched(
    labels: list[int], watches_class: bool
) -> None:
    """Drawings come in equal numbers, real signs do not: their mix would count as drift."""
    probabilities = RNG.dirichlet(np.ones(3), 120).astype(np.float32)
    reference = make_reference(probabilities, probabilities[:, 0], np.array(labels))
    assert ("class" in reference) == watches_class
