"""The files that stages leave for each other, relative to the project's root, as in `dvc.yaml`."""

from pathlib import Path

RAW = Path("data/raw")
SOURCES = Path("data/sources.json")
TRAIN = Path("data/train.npz")
VAL = Path("data/val.npz")
TEST = Path("data/test.npz")
NEGATIVES_VAL = Path("data/negatives_val.npz")
NEGATIVES_TEST = Path("data/negatives_test.npz")

CHECKPOINT = Path("models/checkpoint.pt")
MODEL = Path("models/model.onnx")
MODEL_FP32 = Path("models/model_fp32.onnx")

SCENES_TRAIN = Path("data/scenes_train.npz")
SCENES_VAL = Path("data/scenes_val.npz")
SCENES_TEST = Path("data/scenes_test.npz")
SCENE_SOURCES = Path("data/scene_sources.json")
DETECTOR_CHECKPOINT = Path("models/detector_checkpoint.pt")
DETECTOR = Path("models/detector.onnx")
DETECTOR_FP32 = Path("models/detector_fp32.onnx")

TRAIN_STATES = Path(".resume")  # not an output: it outlives a run that is stopped

METRICS = Path("metrics")
CURVES = METRICS / "curves"
TABLES = METRICS / "tables"
DETECTOR_CURVES = METRICS / "detector_curves"
SCENE_TABLES = METRICS / "scene_tables"
SCENE_PICTURES = METRICS / "scene_pictures"
DRIVE_TABLES = METRICS / "drive_tables"
ANSWERS = METRICS / "answers.npz"
PICTURES = METRICS / "pictures"
CARD = METRICS / "MODEL_CARD.md"
CARD_PICTURE = METRICS / "MODEL_CARD.png"
CARD_SCENES = METRICS / "MODEL_CARD_SCENES.png"
REPORT = METRICS / "report.html"
