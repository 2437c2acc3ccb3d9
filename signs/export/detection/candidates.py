"""Files of a detector that may ship: scored on validation, and compared there."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime as ort
from sklearn.linear_model import LogisticRegression

from signs.evaluation.scenes.precision import ANY_SIGN, precision_table
from signs.evaluation.scenes.results import SceneResults
from signs.evaluation.scenes.tasks import judge
from signs.export.detection.graph import SignCalibration, finished
from signs.export.onnx_file import save_onnx
from signs.inference.detector import Detector
from signs.inference.detector_info import DetectorInfo, Letterboxing
from signs.inference.model_info import hash_of_answers
from signs.networks.detector import DetectorNet, find
from signs.networks.detector_checkpoint import DetectorRecord
from signs.params import DetectorExportParams
from signs.pictures.decoding import decode
from signs.records.packed_scenes import PackedScenes
from signs.records.scene import Boxes

TASK: Literal["detect"] = "detect"
ARCH = "signdetector"
ROUNDING = 1e-9  # 0.99 - 0.985 is a little more than 0.005
PARITY_SCENES = 3
CLEAR = 0.01  # a score from which boxes are compared


@dataclass(frozen=True)
class DetectorCandidate:
    """A file that may ship, with what validation says of it.

    Attributes:
        proto: the finished graph.
        info: what the file says of itself.
        ap75: average precision of any sign at IoU 0.75; `info` has that at 0.5.
    """

    proto: onnx.ModelProto
    info: DetectorInfo
    ap75: float


def score(
    precision: str,
    body: onnx.ModelProto,
    record: DetectorRecord,
    val: PackedScenes,
    params: DetectorExportParams,
) -> DetectorCandidate:
    """Calibrate, finish and describe a graph, and score it on validation as the file it will be.

    Args:
        body: as `finished` takes it.
    """
    plain = finished(body)
    results = _answers(plain, _describe(precision, plain, record, val, params), val)
    proto = finished(body, fit_calibration(results))
    info = _describe(precision, proto, record, val, params)
    ap50, ap75 = precisions(DetectorCandidate(proto, info, 0.0), val)
    return DetectorCandidate(proto, replace(info, ap50=ap50), ap75)


def precisions(candidate: DetectorCandidate, scenes: PackedScenes) -> tuple[float, float]:
    """AP50 and AP75 of any sign by a candidate on some scenes; NaN where they have no sign."""
    results = _answers(candidate.proto, candidate.info, scenes)
    table = precision_table(results, "sign_score").set_index("of")
    return float(table["ap50"][ANY_SIGN]), float(table["ap75"][ANY_SIGN])


def fit_calibration(results: SceneResults) -> SignCalibration:
    """What makes scores the share of candidates that show a sign.

    Candidates count after suppression; those on outside signs and in ignored regions do not.

    Args:
        results: of an uncalibrated graph, on validation scenes.
    """
    matches = judge(results, "sign_score", "any sign")
    if not 0 < matches.right.sum() < len(matches.right):
        return SignCalibration()  # nothing to tell apart
    scores = matches.scores.astype(np.float64).clip(1e-9, 1 - 1e-9)
    log_odds = np.log(scores / (1 - scores))[:, np.newaxis]
    fitted = LogisticRegression(C=np.inf).fit(log_odds, matches.right)
    slope, offset = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    return SignCalibration(slope, offset) if slope > 0 else SignCalibration()


def _describe(
    precision: str,
    proto: onnx.ModelProto,
    record: DetectorRecord,
    val: PackedScenes,
    params: DetectorExportParams,
) -> DetectorInfo:
    """What the file says of itself, but for its precision on validation."""
    preprocessing = Letterboxing(params.max_side)
    graph = proto.SerializeToString(deterministic=True)
    answers = hash_of_answers(graph, TASK, record.label_space, preprocessing, params.min_score)
    return DetectorInfo(
        task=TASK,
        arch=ARCH,
        precision=precision,
        label_space=record.label_space,
        preprocessing=preprocessing,
        threshold=params.min_score,
        data=record.data,
        trained_from=record.trained_from,
        ap50=0.0,
        ap_data=f"validation part of {val.source}",
        version=f"{answers}-{precision}",
    )


def _answers(proto: onnx.ModelProto, info: DetectorInfo, val: PackedScenes) -> SceneResults:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "detector.onnx"
        save_onnx(proto, info, path)
        detector = Detector(path)
        found = tuple(detector.find(decode(scene.data)) for scene in val.scenes)
    return SceneResults(val.scenes, found, val.label_space)


def reasons_against(
    fp32: tuple[float, float], int8: tuple[float, float], params: DetectorExportParams
) -> list[str]:
    """Why INT8 may not ship, a line for each reason; none where it may.

    Args:
        fp32, int8: `precisions` of both candidates on the same scenes.
    """
    allowed = (params.max_drop, params.max_tight_drop)
    return [
        f"int8 is worse by {above - below:.4f} in {name} of any sign, {most} is allowed"
        for name, above, below, most in zip(("AP50", "AP75"), fp32, int8, allowed, strict=True)
        if not above - below <= most + ROUNDING  # so that NaN is a reason too
    ]


def parity(proto: onnx.ModelProto, model: DetectorNet, scenes: PackedScenes) -> tuple[float, float]:
    """How far onnxruntime is from torch, on some scenes.

    Candidates whose scores are as near to each other as the two sides are may swap places: a box is
    compared with those of the same score, and the nearest one counts.

    Returns:
        The largest difference of a score, and, of candidates whose score is at least 0.01, of a
        side of a box in pixels; NaN where either side answers NaN.
    """
    session = ort.InferenceSession(proto.SerializeToString(), providers=["CPUExecutionProvider"])
    worst = np.zeros(2)
    for scene in scenes.scenes[:PARITY_SCENES]:
        image = np.array(decode(scene.data))
        boxes, sign = session.run(["boxes", "sign"], {"image": image[None]})
        expected, scores = find(model, image)
        falling = -scores.numpy().astype(np.float64)
        difference = float(np.abs(sign + falling[: len(sign)]).max())
        clear = sign >= CLEAR
        apart = _farthest(boxes[clear], -sign[clear], expected.numpy(), falling, 2 * difference)
        worst = np.maximum(worst, [difference, apart])  # keeps a NaN
    return float(worst[0]), float(worst[1])


def _farthest(
    boxes: Boxes,
    falling: npt.NDArray[np.float32],
    others: Boxes,
    others_falling: npt.NDArray[np.float64],
    reach: float,
) -> float:
    """The largest distance of a box to the nearest other one of about the same score, in pixels.

    Args:
        boxes, others: float32[N, 4] and float32[M, 4].
        falling, others_falling: their scores, negative so that they rise.
        reach: how far scores may be apart.

    Returns:
        0 without boxes, infinity where no other one has such a score, and NaN where a box is NaN.
    """
    exact = falling.astype(np.float64)
    first = np.searchsorted(others_falling, exact - reach)
    last = np.searchsorted(others_falling, exact + reach, side="right")
    nearest = [
        np.abs(others[start:end] - box).max(axis=1).min(initial=np.inf)
        for box, start, end in zip(boxes, first.tolist(), last.tolist(), strict=True)
    ]
    return float(np.max(nearest, initial=0))
