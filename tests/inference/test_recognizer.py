from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from signs.catalog.label_space import LabelSpace
from signs.errors import SignsError
from signs.inference.model_info import ModelInfo
from signs.inference.onnx_model import OnnxModel
from signs.inference.recognizer import BATCH, Recognizer
from signs.records.packed import Packed
from tests.inference.watching import watch_runs


def test_the_file_explains_itself(model_file: Path, model_info: ModelInfo) -> None:
    recognizer = Recognizer(model_file)
    assert recognizer.info == model_info
    assert recognizer.info.version == "0123456789ab-fp32"


def test_answers(model_file: Path, packed: Packed) -> None:
    recognizer = Recognizer(model_file, threads=1)
    answers = recognizer.answer(list(packed.images[:5]))
    assert answers.probabilities.shape == (5, 43)
    assert np.allclose(answers.probabilities.sum(1), 1, atol=1e-5)
    assert ((answers.known >= 0) & (answers.known <= 1)).all()
    assert (answers.recognized == (answers.known >= 0.5)).all()
    assert len(recognizer.answer([])) == 0


def test_many_images_run_in_parts(model_file: Path, packed: Packed) -> None:
    """The memory between the layers grows with what runs at once, and the session keeps it."""
    recognizer = Recognizer(model_file)
    sizes = watch_runs(recognizer)
    whole = recognizer.answer(packed.images[: 2 * BATCH + 2])
    assert sizes == [BATCH, BATCH, 2]
    alone = recognizer.answer(packed.images[2 * BATCH : 2 * BATCH + 1])
    assert np.allclose(whole.probabilities[2 * BATCH], alone.probabilities[0], atol=1e-6)


def test_files_of_others_are_refused(tmp_path: Path, model_file: Path) -> None:
    with pytest.raises(SignsError, match="not found: run `uv run dvc repro`"):
        Recognizer(tmp_path / "none.onnx")
    text = tmp_path / "text.onnx"
    text.write_text("no model")
    with pytest.raises(SignsError, match="is not an ONNX model that can be read"):
        Recognizer(text)
    stranger = onnx.load(model_file)
    del stranger.metadata_props[:]
    onnx.save(stranger, text)
    with pytest.raises(SignsError, match="was not exported by this project"):
        Recognizer(text)


def test_a_model_for_another_task_is_refused(model_file: Path) -> None:
    with pytest.raises(SignsError, match="it is a model to recognize"):
        OnnxModel(model_file, "detect")


def test_metadata_round_trip(model_info: ModelInfo) -> None:
    two = LabelSpace(("ä", "b"), ("Ä", "B"), ("1", "2"), ("x", "x"), ("circle", "circle"), False)
    info = replace(model_info, label_space=two)
    metadata = info.to_metadata()
    assert ModelInfo.from_metadata(metadata) == info
    old = {key: text.replace('"format": 3', '"format": 2') for key, text in metadata.items()}
    with pytest.raises(SignsError, match="its format is another one"):
        ModelInfo.from_metadata(old)
    for broken in ({}, {"signs": "{"}, {"signs": "{}"}, {"signs": '{"format": 3}'}):
        with pytest.raises(SignsError, match="not exported by this project"):
            ModelInfo.from_metadata(broken)


def test_a_preprocessing_that_is_not_here_is_refused(model_info: ModelInfo) -> None:
    metadata = {
        k: v.replace('"squash"', '"letterbox"') for k, v in model_info.to_metadata().items()
    }
    with pytest.raises(SignsError, match="another preprocessing"):
        ModelInfo.from_metadata(metadata)
