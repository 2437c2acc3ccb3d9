"""One answer for a sign from all frames that show it.

Each frame's answer is a distribution over K + 1 outcomes: the classes, and "outside the label
space". They are pooled as logarithms, weighted by how much a frame can tell. Frames of one sign are
right or wrong together, so that n of them are worth fewer independent ones: n / (1 + (n - 1) r) at
a correlation of r between any two (L. Kish, "Survey Sampling", 1965, on clusters).
"""

import numpy as np
import numpy.typing as npt

from signs.records.answers import Floats

# Between the answers for two frames. Of steps of 0.1, it has the least log loss on the training
# groups of GTSRB: row "vote-drawn-chosen" of `benchmarks.video`.
CORRELATION = 0.6
FLOOR = 1e-3  # the least probability of an outcome: one frame vetoes none
HALF_SIZE = 24.0  # pixels: a sign of this size has half the weight of a large one
SURE = 0.8  # of the winner, from which a name is given
UNSURE = 0.5  # below it, a name that was given is taken back


class Vote:
    """The answers of the frames so far.

    Args:
        classes: K.
        threshold: on the mean score of the frames, below which a sign is not named: that of the
            detector.
        correlation: between the answers for two frames, 0 to 1.
    """

    def __init__(self, classes: int, threshold: float, correlation: float = CORRELATION) -> None:
        self._threshold, self._correlation = threshold, correlation
        self._logs = np.zeros(classes + 1)
        self._posterior = np.full(classes + 1, 1 / (classes + 1))
        self._weight = self._squares = self._scores = 0.0
        self._named: int | None = None  # the class whose name is given

    def add(
        self, probabilities: Floats, known: float, size: float, sign_score: float, score: float
    ) -> None:
        """Take in a frame.

        Args:
            probabilities: float32[K], of the classes.
            known: probability that it is one of them.
            size: of the sign's box, in pixels.
            sign_score: of the detector alone.
            score: of the detection (`Detections.scores`).
        """
        outcomes = np.append(probabilities.astype(np.float64) * known, 1 - known)
        weight = sign_score * size**2 / (size**2 + HALF_SIZE**2)
        self._logs += weight * np.log(outcomes.clip(FLOOR))
        self._weight += weight
        self._squares += weight**2
        self._scores += weight * score
        self._settle()

    @property
    def recognized(self) -> bool:
        """Whether a name is given."""
        return self._named is not None

    def answer(self) -> tuple[int, float, float]:
        """The class that is named, or else the most probable one.

        Returns:
            Its id, its probability given that the sign is of the label space, and the probability
            that it is.
        """
        inside = self._posterior[:-1]
        best = int(inside.argmax()) if self._named is None else self._named
        known = float(inside.sum())
        return best, float(inside[best] / known), known

    @property
    def posterior(self) -> npt.NDArray[np.float64]:
        """Probabilities of the classes and of "outside": float64[K + 1]; flat without a frame."""
        return self._posterior

    def _settle(self) -> None:
        """Weigh up, and give a name, keep it, or take it back."""
        if not self._weight:
            return
        frames = self._weight**2 / self._squares
        worth = frames / (1 + (frames - 1) * self._correlation)
        logs = self._logs / self._weight * worth
        odds = np.exp(logs - logs.max())
        self._posterior = odds / odds.sum()
        best = int(self._posterior.argmax())
        inside = best < len(odds) - 1
        score = self._scores / self._weight
        if inside and self._posterior[best] >= SURE and score >= self._threshold:
            self._named = best
        elif self._named is not None and self._posterior[self._named] < UNSURE:
            self._named = None
