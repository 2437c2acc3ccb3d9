"""All that is asked of one model."""

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.publish import ROOT
from benchmarks.trust.models import Asked
from benchmarks.trust.pictures import Pictures
from signs.evaluation.out_of_distribution import errors_among_surest, known_table
from signs.evaluation.metrics import Results, calibration_error
from signs.evaluation.robustness import corruption_table, framing_table
from signs.params import load_params
from signs.networks.checkpoint import fingerprint

BINS = load_params("evaluate", path=ROOT / "params.yaml").evaluate.calibration_bins
REFUSED = 0.01  # of the signs, where a file has no threshold: as much as ours may at most
CODE = [
    *(f"signs/evaluation/{name}.py" for name in ("corruptions", "framing", "known", "robustness")),
    *("signs/art", "signs/data/negatives.py", "signs/data/drawn.py"),
    *(f"benchmarks/trust/{name}.py" for name in ("measure", "models", "pictures", "scenes")),
]

Row = dict[str, Any]


def made_of(path: Path, pictures: Pictures) -> dict[str, str]:
    """Digests of what a row rests on: the model file; the code, and how many pictures there are.

    Raises:
        OSError: the file is missing.
    """
    counts = {kind: len(some) for kind, some in pictures.others.items()}
    counts |= {framing: len(labels) for framing, (_, labels) in pictures.in_scenes.items()}
    counts |= {"photos": len(pictures.labels), "bins": BINS}
    code = fingerprint((ROOT / name for name in CODE), counts)
    return {"model": fingerprint([path], {}), "code": code}


def measure(model: Asked, pictures: Pictures) -> Row:
    """The row of a model: numbers, and tables as lists of their lines."""
    probabilities, known = model.ask(pictures.photos)
    results = Results(probabilities, pictures.labels)
    threshold = model.threshold
    if threshold is None:
        threshold = float(np.quantile(known, REFUSED))
    others = {}
    for kind, some in pictures.others.items():
        spread, score = model.ask(some)
        others[kind] = (score, spread.max(axis=1))
    in_scenes = []
    for framing, (crops, labels) in pictures.in_scenes.items():
        answers, score = model.ask(crops)
        right = float((answers.argmax(axis=1) == labels).mean())
        refused = float((score < threshold).mean())
        in_scenes.append(
            {"framing": framing, "images": len(crops), "accuracy": right, "refused": refused}
        )
    tables = {
        "known": known_table((known, results.confidence), others, threshold),
        "framing": framing_table(pictures.photos, pictures.labels, model.guess),
        "corruptions": corruption_table(pictures.photos, pictures.labels, model.guess),
    }
    return {
        "has_known": model.threshold is not None,
        "images": len(pictures.labels),
        "errors": int((~results.correct).sum()),
        "refused": float((known < threshold).mean()),
        "calibration_error": calibration_error(results, BINS),
        "surest_errors": errors_among_surest(results),
        "in_scenes": in_scenes,
        **{name: frame.to_dict("records") for name, frame in tables.items()},
    }
