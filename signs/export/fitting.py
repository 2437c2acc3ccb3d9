"""What is fitted on validation: the temperature, and the threshold on `known`."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int64]

MIN_TEMPERATURE, MAX_TEMPERATURE = 0.05, 20.0
NEWTON_STEPS = 50


def softmax(logits: Floats, temperature: float = 1.0) -> Floats:
    """float32[N, K] -> probabilities float32[N, K] at a temperature above 0."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=1, keepdims=True)
    powers = np.exp(scaled)
    return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)


def fit_temperature(logits: Floats, labels: Labels) -> float:
    """The temperature that makes softmax(logits / T) fit the labels best.

    Temperature scaling (Guo et al., ICML 2017) by Newton's method on b = 1/T, in which the
    cross-entropy is convex: its slope is E_p[z] - E_target[z], its curvature Var_p[z]. The targets
    are Platt's ("Probabilistic outputs for support vector machines", 1999): with N images, 1/(N+2)
    of the mass goes to the other classes. Otherwise a network that is right on all of a validation
    set would get T = 0, and be certain of everything.

    Args:
        logits: float32[N, K].
        labels: int64[N].

    Returns:
        T, between 0.05 and 20.

    Raises:
        ValueError: there are no images.
    """
    n, classes = logits.shape
    if not n:
        raise ValueError("a temperature needs at least one image")
    z = logits.astype(np.float64)
    miss = 1 / (n + 2)
    true = z[np.arange(n), labels]
    target = (1 - miss) * true + miss * (z.sum(axis=1) - true) / (classes - 1)
    low, high = 1 / MAX_TEMPERATURE, 1 / MIN_TEMPERATURE
    inverse = 1.0
    for _ in range(NEWTON_STEPS):
        p = softmax(logits, 1 / inverse).astype(np.float64)
        mean = (p * z).sum(axis=1)
        slope = (mean - target).mean()
        curvature = ((p * z * z).sum(axis=1) - mean**2).mean()
        low, high = (inverse, high) if slope < 0 else (low, inverse)
        step = inverse - slope / max(curvature, 1e-12)
        following = step if low < step < high else (low + high) / 2
        if abs(following - inverse) < 1e-9:
            break
        inverse = following
    return float(1 / inverse)


def fit_threshold(known: Floats, correct: npt.NDArray[np.bool_], max_rejected: float) -> float:
    """The highest threshold on `known` that rejects at most a given share of the right answers.

    Args:
        known: float32[N], the model's probability that an image shows a sign it knows.
        correct: bool[N], whether its answer was right.
        max_rejected: in 0 to 1. An answer is rejected where `known` lies below the threshold.

    Returns:
        The threshold, in 0 to 1; 0 where no answer was right.
    """
    right = np.sort(known[correct])
    if not len(right):
        return 0.0
    rejected = int(max_rejected * len(right) + 1e-9)  # 0.07 * 100 is a little more than 7
    return float(right[min(rejected, len(right) - 1)])
