"""The files that stages leave for each other, relative to the project's root, as in `dvc.yaml`."""

from pathlib import Path

RAW = Path("data/raw")
TRAIN = Path("data/train.npz")
VAL = Path("data/val.npz")
TEST = Path("data/test.npz")
OTHERS_VAL = Path("data/others_val.npz")
OTHERS_TEST = Path("data/others_test.npz")

CHECKPOINT = Path("models/checkpoint.pt")
MODEL = Path("models/model.onnx")
MODEL_FP32 = Path("models/model_fp32.onnx")

TRAIN_STATES = Path(".resume")  # nobody's output: it outlives a run that is stopped

METRICS = Path("metrics")
CURVES = METRICS / "curves"
TABLES = METRICS / "tables"
PICTURES = METRICS / "pictures"
TRUST_PICTURES = METRICS / "trust"
CARD = METRICS / "MODEL_CARD.md"
CARD_PICTURE = METRICS / "MODEL_CARD.png"
REPORT = METRICS / "report.html"
