"""Files that may ship: calibrated on validation, and compared there."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import onnx
from sklearn.metrics import roc_auc_score

from signs.errors import SignsError
from signs.export.calibration import Calibration, fit_calibration
from signs.export.fitting import fit_threshold
from signs.export.graph import run_onnx, with_outputs
from signs.inference.drift import make_reference
from signs.inference.model_info import ModelInfo, Preprocessing, hash_of_answers
from signs.networks.checkpoint import TrainingRecord
from signs.params import ExportParams
from signs.records.packed import Packed
from signs.records.spread import Reference

TASK: Literal["recognize"] = "recognize"
ROUNDING = 1e-9  # 0.99 - 0.985 is a little more than 0.005


@dataclass(frozen=True)
class Candidate:
    """A file that may ship, with what validation says of it.

    Attributes:
        precision: "fp32" or "int8".
        proto: the finished graph.
        calibration: that of the graph.
        threshold: on `known`.
        reference: how its answers spread.
        accuracy: share of right answers.
        loss: cross-entropy, calibrated.
        known_auroc: how often `known` is higher for a sign than for a negative.
    """

    precision: str
    proto: onnx.ModelProto
    calibration: Calibration
    threshold: float
    reference: Reference
    accuracy: float
    loss: float
    known_auroc: float


class NotFiniteError(SignsError):
    """A graph answers with numbers that are not finite."""


def calibrate(
    precision: str,
    plain: onnx.ModelProto,
    val: Packed,
    negatives: Packed,
    max_rejected: float,
) -> Candidate:
    """Fit calibration and threshold on validation for this very graph, and score it there.

    Args:
        plain: what `to_onnx` or `to_int8` made.
        val: signs.
        negatives: likewise of validation.
        max_rejected: share of right answers that the threshold may reject.

    Raises:
        NotFiniteError: some logits are not finite.
    """
    space = val.label_space
    logits, of_negatives = (run_onnx(plain, p.images)[0] for p in (val, negatives))
    if not (np.isfinite(logits).all() and np.isfinite(of_negatives).all()):
        raise NotFiniteError(
            f"the {precision} graph answers with numbers that are not finite: train again with a "
            "lower train.learning_rate, or export another precision"
        )
    calibration = fit_calibration(logits, val.labels, of_negatives, space)
    proto = with_outputs(plain, space, calibration)
    probabilities, known = run_onnx(proto, val.images)
    right = probabilities.argmax(axis=1) == val.labels
    scores = np.concatenate([known, run_onnx(proto, negatives.images)[1]])
    return Candidate(
        precision=precision,
        proto=proto,
        calibration=calibration,
        threshold=fit_threshold(known, right, max_rejected),
        reference=make_reference(probabilities, known, val.labels),
        accuracy=float(right.mean()),
        loss=float(-np.log(probabilities[np.arange(len(val)), val.labels].clip(1e-12)).mean()),
        known_auroc=float(roc_auc_score(np.repeat([1, 0], [len(val), len(negatives)]), scores)),
    )


def reasons_against(fp32: Candidate, int8: Candidate, params: ExportParams) -> list[str]:
    """Why INT8 may not ship, a line for each reason; none where it may."""
    compared = (
        ("accuracy", fp32.accuracy, int8.accuracy, params.max_drop),
        ("AUROC of known", fp32.known_auroc, int8.known_auroc, params.max_known_drop),
        ("cross-entropy", int8.loss, fp32.loss, params.max_loss_rise),
    )
    return [
        f"int8 is worse by {above - below:.4f} in validation {name}, {allowed} is allowed"
        for name, above, below, allowed in compared
        if not above - below <= allowed + ROUNDING  # so that NaN is a reason too
    ]


def describe(candidate: Candidate, record: TrainingRecord, val: Packed) -> ModelInfo:
    """What the file says of itself.

    Args:
        val: the validation images that the candidate was scored on.
    """
    preprocessing = Preprocessing(record.image_size)
    graph = candidate.proto.SerializeToString(deterministic=True)
    answers = hash_of_answers(graph, TASK, record.label_space, preprocessing, candidate.threshold)
    return ModelInfo(
        task=TASK,
        arch=record.arch,
        precision=candidate.precision,
        label_space=record.label_space,
        preprocessing=preprocessing,
        threshold=candidate.threshold,
        temperature=candidate.calibration.temperature,
        data=record.data,
        trained_from=record.trained_from,
        accuracy=candidate.accuracy,
        accuracy_data=f"validation part of {val.source}",
        reference=candidate.reference,
        version=f"{answers}-{candidate.precision}",
    )
