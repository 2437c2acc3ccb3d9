"""Facts made by hand."""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd
import pytest
from PIL import Image

from signs.evaluation.report.facts import SCENE_TITLES, TITLES, Facts, SceneFacts
from signs.inference.model_info import ModelInfo
from signs.records.origin import Origin
from tests.tiny_models import DETECTOR


def pictures(names: Iterable[str], folder: Path) -> dict[str, Path]:
    """A small picture of each name."""
    paths = {name: folder / f"{name}.png" for name in names}
    for path in paths.values():
        Image.new("RGB", (20, 10)).save(path)
    return paths


@pytest.fixture
def scenes(tmp_path: Path) -> SceneFacts:
    rankings = ["score", "score", "sign_score", "sign_score"]
    return SceneFacts(
        info=DETECTOR,
        origins=(Origin("train", "roads <of> mine", "ask them"),),
        metrics={
            "download_scenes": {
                "train_scenes": 40, "train_signs": 90, "val_scenes": 5, "val_signs": 11,
                "test_scenes": 10, "test_signs": 25,
            },
            "train_detector": {"parameters": 654_321, "train_loss": 0.5},
            "export_detector": {
                "bytes": 770_000, "score_parity": 1.25e-6, "box_parity": 0.0123,
                "fp32_val_ap50": 0.91, "int8_val_ap50": 0.9,
            },
            "evaluate_detector": {
                "tested_on": "roads <of> mine", "scenes": 10, "map50": 0.97,
                "any_sign_ap50": 0.98765, "any_sign_ap75": 0.9, "any_sign_ap50_95": 0.8,
                "small_ap50": 0.7, "recall_at_1_in_10": 0.66, "recall_at_1_in_100": 0.55,
                "micro_ap50": 0.93, "mean_ap50": 0.92, "detector_any_sign_ap50": 0.89,
                "micro_ap50_low": 0.91, "micro_ap50_high": 0.95,
            },
            "evaluate_tracker": {
                "tested_on": "drawn drives (2, seed 0)", "clips": 2, "minutes": 0.1, "signs": 8,
                "found": 7, "named_right": 6, "named_wrong": 0, "outside_signs": 4,
                "outside_named": 1, "tracks": 9, "false_tracks": 3,
                "false_names": 1, "class_changes": 2, "idf1": 0.87654, "hota": 0.7, "switches": 0,
                "until_named_s": 0.36, "meters_before": 27.6,
            },
        },
        precision=pd.DataFrame(
            {"ranking": rankings, "of": ["any sign", "danger"] * 2, "signs": [24, 0] * 2,
             "ap50": [0.98765, None, 0.89, None], "ap75": [0.9, None, 0.8, None],
             "ap50_95": [0.8, None, 0.7, None]}
        ),
        sizes=pd.DataFrame(
            {"ranking": rankings, "size": ["16-24", "small"] * 2, "signs": [0, 7] * 2,
             "any_sign": [None, 0.7, None, 0.6], "map50": [None, 0.7, None, 0.6]}
        ),
        recalls=pd.DataFrame(
            {"ranking": rankings, "false_alarms": [0.1, 0.01] * 2,
             "recall": [0.66, 0.55, 0.44, 0.33]}
        ),
        pictures=pictures(SCENE_TITLES, tmp_path),
    )  # fmt: skip


@pytest.fixture
def facts(model_info: ModelInfo, scenes: SceneFacts, tmp_path: Path) -> Facts:
    return Facts(
        info=model_info,
        origins=(Origin("train", "photos <of> mine", "ask me"),),
        params={"arch": "signnet", "train": {"epochs": 3}},
        metrics={
            "split": {
                "train_images": 70, "val_images": 20, "test_images": 10, "train_groups": 7,
                "val_groups": 2, "group_names": "inferred", "groups_joined": 1,
                "groups_dropped": 4, "unreadable_images": 5,
            },
            "train": {"best_epoch": 2},
            "evaluate": {
                "tested_on": "photos <of> mine", "accuracy": 0.98765, "errors": 3,
                "worst_class": "14 Stop", "worst_class_recall": 0.5, "calibration_error": 0.0123,
                "calibration_error_before": 0.2, "refused": 0.011,
            },
            "export": {"bytes": 1_960_000, "temperature": 0.61, "int8_val_accuracy": None},
            "robustness": {"corruption_accuracy": 0.87},
        },
        classes=pd.DataFrame(
            {"class": ["01 Speed limit (30 km/h)", "14 Stop", "17 No entry"],
             "category": ["speed limit", "unique", "unique"], "images": [5, 5, 0],
             "precision": [1.0, 0.9, 0.0], "recall": [1.0, 0.5, 0.0], "f1": [1.0, 0.64, 0.0]}
        ),
        categories=pd.DataFrame({"category": ["unique"], "accuracy": [0.5]}),
        out_of_distribution=pd.DataFrame(
            {"pictures": ["object"], "images": [30], "accepted": [0.1], "accepted_at_1": [0.08],
             "auroc": [0.991], "auroc_confidence": [0.95]}
        ),
        recrops=pd.DataFrame(
            {"recrop": ["plain", "tight"], "images": [9, 9], "accuracy": [0.9, 0.8],
             "low": [0.85, 0.7], "high": [0.95, 0.9]}
        ),
        risk_coverage=pd.DataFrame(
            {"coverage": [0.5, 0.9, 1.0], "errors": [0, 1, 3], "risk": [0.0, 0.01, 0.03],
             "confidence": [0.9, 0.8, 0.3]}
        ),
        corruptions=pd.DataFrame({"corruption": ["snow", "snow", "fog", "fog"],
                                  "severity": [1, 3, 1, 3], "accuracy": [0.7, 0.6, 0.5, 0.4]}),
        confusion=pd.DataFrame({"actual": ["14", "14", "01", "14", "01"],
                                "predicted": ["17", "17", "14", "14", "01"]}),
        pictures=pictures(TITLES, tmp_path),
        scenes=scenes,
    )  # fmt: skip
