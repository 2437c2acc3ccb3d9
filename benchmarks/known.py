"""Scores that tell the signs from other pictures, compared on validation: what `known` rests on.

    uv run python -m benchmarks.known

The network is that of the last `dvc repro` or `dvc exp run`, and so are the validation images of
the signs and of others; the test parts are not read. The table is `benchmarks/results/known.md`.

Besides scores of the network's 44th output ("none of them", trained by outlier exposure: D.
Hendrycks, M. Mazeika, T. Dietterich, "Deep anomaly detection with outlier exposure", ICLR 2019)
these are the largest probability (D. Hendrycks, K. Gimpel, "A baseline for detecting misclassified
and out-of-distribution examples", ICLR 2017), the energy (W. Liu et al., "Energy-based
out-of-distribution detection", NeurIPS 2020), the largest logit (D. Hendrycks et al., "Scaling
out-of-distribution detection for real-world settings", ICML 2022), and the distance to the nearest
class mean of the training images' features.
"""

import argparse

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks.publish import ROOT, commit, publish
from signs.classes import NUM_CLASSES, OTHER, Other
from signs.errors import one_line_errors
from signs.evaluation.known import separation
from signs.packed import Packed
from signs.training.architectures import Recognizer
from signs.training.checkpoint import load_checkpoint, predict_outputs
from stages.paths import CHECKPOINT, OTHERS_VAL, TRAIN, VAL

PER_CLASS = 50  # training images that a class's mean is taken of
INTRODUCTION = """\
Of a network trained on {data}, at {commit}: {signs} validation images of signs, of which 1 % are
refused, and {others} validation pictures of none, by kind. Command, after `uv run dvc repro`:
`uv run python -m benchmarks.known`.
"""

Scores = npt.NDArray[np.float32]


def ask(network: Recognizer, images: npt.NDArray[np.uint8]) -> tuple[Scores, Tensor]:
    """Logits float32[N, NUM_OUTPUTS], and what the last layer sees, of length 1: float32[N, F]."""
    seen: list[Tensor] = []
    last = [module for module in network.modules() if isinstance(module, nn.Linear)][-1]
    hook = last.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].flatten(1)))
    logits = predict_outputs(network, images)
    hook.remove()
    return logits, F.normalize(torch.cat(seen), dim=1)


def class_means(network: Recognizer, train: Packed) -> Tensor:
    """The mean feature of each class, made of length 1: float32[NUM_CLASSES, F]."""
    means = []
    for label in range(NUM_CLASSES):
        rows = np.flatnonzero(train.labels == label)
        some = rows[np.linspace(0, len(rows) - 1, PER_CLASS).astype(int)]
        _, features = ask(network, train.images[some])
        means.append(features.mean(0))
    return F.normalize(torch.stack(means), dim=1)


def score(logits: Scores, features: Tensor, means: Tensor) -> dict[str, Scores]:
    """Each score, float32[N], higher for what is more like a sign."""
    z = torch.from_numpy(logits)
    signs, none = z[:, :NUM_CLASSES], z[:, OTHER]
    scores = {
        "largest probability of the 43": signs.softmax(1).amax(1),
        "energy of the 43": signs.logsumexp(1),
        "largest logit of the 43": signs.amax(1),
        "the 44th logit alone": -none,
        "energy against the 44th logit": signs.logsumexp(1) - none,
        "largest logit against the 44th (ships)": signs.amax(1) - none,
        "nearness to a class mean": (features @ means.T).amax(1),
    }
    return {name: values.numpy() for name, values in scores.items()}


def main() -> None:
    """Score, print and write."""
    argparse.ArgumentParser(description="Compare scores of `known` on validation.").parse_args()
    network, record = load_checkpoint(ROOT / CHECKPOINT)
    signs, others = Packed.load(ROOT / VAL), Packed.load(ROOT / OTHERS_VAL)
    means = class_means(network, Packed.load(ROOT / TRAIN))
    ours, theirs = (score(*ask(network, part.images), means) for part in (signs, others))
    kinds = np.unique(others.labels)
    names = [Other(kind).words for kind in kinds]
    lines = [
        INTRODUCTION.format(
            data=record.data, commit=commit(), signs=len(signs), others=len(others)
        ),
        f"| score | AUROC | accepted of all | {' | '.join(names)} |",
        "|---|---:|---:|" + "---:|" * len(names),
    ]
    for name, high in ours.items():
        accepted = theirs[name] >= np.quantile(high, 0.01)
        parts = (accepted[others.labels == kind].mean() for kind in kinds)
        lines.append(
            f"| {name} | {separation(high, theirs[name]):.4f} | {accepted.mean():.1%} | "
            f"{' | '.join(f'{part:.1%}' for part in parts)} |"
        )
    publish("known.md", "\n".join(lines))


if __name__ == "__main__":
    with one_line_errors():
        main()
