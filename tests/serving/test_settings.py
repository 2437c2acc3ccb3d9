import os
from pathlib import Path

import pytest

from signs.errors import SignsError
from signs.serving import settings as settings_module
from signs.serving.settings import available_cores, read_settings


def test_settings_come_from_the_environment() -> None:
    settings = read_settings(
        {"SIGNS_MODEL": "a.onnx", "SIGNS_MAX_BODY_MB": "2.5", "SIGNS_WORKERS": "", "HOME": "/"}
    )
    assert settings.model == Path("a.onnx")
    assert settings.max_body == 2_500_000
    assert settings.workers == "cpu_count"


@pytest.mark.parametrize(
    ("given", "origins"),
    [
        ("", ()),
        ("*", ("*",)),
        (
            "https://a.example, http://localhost:5173/ ,",
            ("https://a.example", "http://localhost:5173"),
        ),
        ("HTTPS://A.example:443,http://[::1]:80", ("https://a.example", "http://[::1]")),
        ("null,chrome-extension://abc", ("null", "chrome-extension://abc")),
    ],
)
def test_origins_are_those_that_browsers_send(given: str, origins: tuple[str, ...]) -> None:
    assert read_settings({"SIGNS_CORS_ORIGINS": given}).cors_origins == origins


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SIGNS_CORS_ORIGINS", "a.example", "'a.example' is not like https://example.org, nor *"),
        ("SIGNS_CORS_ORIGINS", "https://a.example/page", "is not like https://example.org"),
        ("SIGNS_CORS_ORIGINS", "https://*.example", "is not like https://example.org"),
        ("SIGNS_WORKERS", "0", "SIGNS_WORKERS is '0': input should be greater than or equal to 1"),
        ("SIGNS_MAX_BATCH", "many", "SIGNS_MAX_BATCH is 'many': input should be a valid integer"),
        ("SIGNS_MODLE", "x", "SIGNS_MODLE is not known (SIGNS_MODEL, SIGNS_DETECTOR"),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(SignsError) as error:
        read_settings({name: value})
    assert said in str(error.value)


def test_a_service_needs_no_detector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The project's where it is there; another one is asked for, and "none" is none."""
    project = tmp_path / "detector.onnx"
    monkeypatch.setattr(settings_module, "DETECTOR", project)
    assert read_settings({}).detector is None
    project.touch()
    assert read_settings({}).detector == project
    assert read_settings({"SIGNS_DETECTOR": "none"}).detector is None
    assert read_settings({"SIGNS_DETECTOR": "a.onnx"}).detector == Path("a.onnx")


def test_threads_follow_the_cores_that_the_process_may_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 5, 7}, raising=False)
    assert available_cores() == 3
    assert read_settings({}).batch_threads == 3


@pytest.mark.parametrize(("cores", "expected"), [(2, 2), (None, 1)])
def test_macos_and_windows_have_no_affinity(
    monkeypatch: pytest.MonkeyPatch, cores: int | None, expected: int
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    assert read_settings({}).batch_threads == expected
