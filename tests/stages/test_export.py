import onnx
import pytest

from signs.export.calibration import Calibration
from stages.export import Candidate, choose


def candidate(precision: str, val_accuracy: float, test_accuracy: float) -> Candidate:
    return Candidate(
        precision, onnx.ModelProto(), Calibration(), 0.5, {}, val_accuracy, test_accuracy
    )


@pytest.mark.parametrize(
    ("int8_accuracy", "max_drop", "served"),
    [(0.99, 0.0, "int8"), (0.985, 0.01, "int8"), (0.97, 0.01, "fp32"), (1.0, 0.0, "int8")],
)
def test_int8_is_served_only_if_validation_allows_it(
    int8_accuracy: float, max_drop: float, served: str
) -> None:
    """The test part, on which int8 is far better or worse here, has no say."""
    for test_accuracy in (0.1, 1.0):
        fp32 = candidate("fp32", 0.99, 0.5)
        int8 = candidate("int8", int8_accuracy, test_accuracy)
        assert choose(fp32, int8, max_drop).precision == served


def test_without_int8_there_is_no_choice() -> None:
    fp32 = candidate("fp32", 0.5, 0.5)
    assert choose(fp32, None, 0.0) is fp32
