from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest

from signs.errors import SignsError
from signs.inference.recognizer import Recognizer
from signs.inference.model_info import ModelInfo
from signs.records.packed import Packed


def test_the_file_explains_itself(model_file: Path, model_info: ModelInfo) -> None:
    recognizer = Recognizer(model_file)
    assert recognizer.info == model_info
    assert recognizer.info.version == "0123456789ab-fp32"


def test_answers(model_file: Path, packed: Packed) -> None:
    recognizer = Recognizer(model_file, threads=1)
    answers = recognizer.answer(list(packed.images[:5]), top_k=4)
    probabilities, known = recognizer.run(packed.images[:5])
    assert probabilities.shape == (5, 43)
    assert np.allclose(probabilities.sum(1), 1, atol=1e-5)
    assert known.shape == (5,)
    assert ((known >= 0) & (known <= 1)).all()
    for answer, row in zip(answers, probabilities, strict=True):
        got = [guess.probability for guess in answer.guesses]
        assert got == sorted(row.tolist(), reverse=True)[:4]
        first = answer.guesses[0]
        assert first.class_id == row.argmax()
        assert first.name == recognizer.info.class_names[first.class_id]
        assert first.stvo == recognizer.info.stvo_numbers[first.class_id]
        assert answer.recognized == (answer.known >= 0.5)
    assert recognizer.answer([]) == []
    assert len(recognizer.answer(list(packed.images[:1]), top_k=99)[0].guesses) == 43


def test_files_that_are_no_model_of_ours(tmp_path: Path, model_file: Path) -> None:
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


def test_metadata_round_trip(model_info: ModelInfo) -> None:
    info = replace(model_info, class_names=("ä", "b"), stvo_numbers=("1", "2"))
    metadata = info.to_metadata()
    assert ModelInfo.from_metadata(metadata) == info
    old = {key: text.replace('"format": 2', '"format": 1') for key, text in metadata.items()}
    with pytest.raises(SignsError, match="another version"):
        ModelInfo.from_metadata(old)
    for broken in ({}, {"signs": "{"}, {"signs": "{}"}, {"signs": '{"format": 2}'}):
        with pytest.raises(SignsError, match="not exported by this project"):
            ModelInfo.from_metadata(broken)
