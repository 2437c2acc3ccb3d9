from pathlib import Path

import pytest

from signs.errors import SignsError
from signs.serving.settings import read_settings


def test_settings_come_from_the_environment() -> None:
    settings = read_settings(
        {"SIGNS_MODEL": "a.onnx", "SIGNS_MAX_BODY_MB": "2.5", "SIGNS_WORKERS": "", "HOME": "/"}
    )
    assert settings.model == Path("a.onnx")
    assert settings.max_body == 2_500_000
    assert settings.workers == "cpu_count"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SIGNS_WORKERS", "0", "SIGNS_WORKERS is '0': input should be greater than or equal to 1"),
        ("SIGNS_MAX_BATCH", "many", "SIGNS_MAX_BATCH is 'many': input should be a valid integer"),
        ("SIGNS_MODLE", "x", "SIGNS_MODLE is not known (SIGNS_MODEL, SIGNS_WORKERS"),
    ],
)
def test_a_mistake_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(SignsError) as error:
        read_settings({name: value})
    assert said in str(error.value)
