"""A model file, a picture and its answers, committed: what was written once is still read alike."""

import json

import numpy as np
import onnx
import pytest

from signs.inference.model_info import KEY, ModelInfo, hash_of_answers
from signs.inference.preprocess import preprocess
from signs.inference.recognizer import Recognizer
from tests.inference.golden.make import ANSWERS, MODEL, PICTURE

GOLDEN = json.loads(ANSWERS.read_text(encoding="utf-8"))


def test_the_golden_picture_gets_the_golden_answers() -> None:
    recognizer = Recognizer(MODEL, threads=1)
    answers = recognizer.answer([preprocess(PICTURE.read_bytes(), recognizer.image_size)])
    assert answers.probabilities[0] == pytest.approx(np.array(GOLDEN["probabilities"]), abs=1e-4)
    assert answers.known[0] == pytest.approx(GOLDEN["known"], abs=1e-4)
    assert answers.recognized[0] == GOLDEN["recognized"]
    assert answers.probabilities[0].max() > 0.2  # an even spread would prove nothing


def test_the_version_is_that_of_the_file() -> None:
    """Computed again from the bytes: the graph without its metadata, and what the info says."""
    proto = onnx.load(MODEL)
    metadata = {entry.key: entry.value for entry in proto.metadata_props}
    info = ModelInfo.from_metadata(metadata)
    proto.ClearField("metadata_props")
    graph = proto.SerializeToString(deterministic=True)
    digest = hash_of_answers(graph, info.task, info.label_space, info.preprocessing, info.threshold)
    assert info.version == GOLDEN["version"] == f"{digest}-{info.precision}"


def test_the_metadata_is_json_under_one_key() -> None:
    (entry,) = onnx.load(MODEL).metadata_props
    assert entry.key == KEY
    content = json.loads(entry.value)
    assert content["format"] == 3
    assert content["label_space"]["names"][14] == "Stop"
    assert content["preprocessing"] == {"size": 24, "fit": "squash", "filter": "bilinear"}
