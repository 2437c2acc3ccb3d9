"""What the page says of the models behind an answer."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.serving.server import Server
from tests.ui.conftest import Open, quiet
from tests.ui.test_app import png, upload
from tests.ui.test_scene import CROP, SCENE, scene_service
from ui.client import Service
from ui.served import drawn_alone

__all__ = ["scene_service"]  # the fixture

DRAWN, PHOTOS = "drawn signs (500 a class, seed 0)", "my photos in signs"


def said(model: str, detector: str | None, scene: bool) -> list[str]:
    """The captions for an answer of models that were trained on some data."""

    def app(model: str, detector: str | None, scene: bool) -> None:
        from ui.served import show_trust

        finds = {"data": detector, "ap50": 0.714} if detector else None
        show_trust({"data": model, "accuracy": 0.926, "detector": finds}, scene)

    arguments = {"model": model, "detector": detector, "scene": scene}
    return [
        each.value for each in quiet(AppTest.from_function(app, kwargs=arguments).run()).caption
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (DRAWN, True),
        (f"drawn roads (700, seed 0) + {DRAWN}", True),
        (f"{DRAWN} + {PHOTOS}", False),
        ("my photos in drawn", False),
        ("", False),
        (None, False),
    ],
)
def test_drawings_alone(data: str | None, expected: bool) -> None:
    assert drawn_alone({"data": data}) is expected


@pytest.mark.parametrize(
    ("model", "detector", "scene", "who", "measures"),
    [
        (DRAWN, None, False, "The model was", ["93%"]),
        (DRAWN, DRAWN, False, "The model was", ["93%"]),
        (DRAWN, DRAWN, True, "Both models were", ["93%", "71%"]),
        (DRAWN, PHOTOS, True, "The recognizer was", ["93%"]),
        (PHOTOS, DRAWN, True, "The detector was", ["71%"]),
    ],
)
def test_what_was_trained_on_drawings_alone_is_said_with_its_measure(
    model: str, detector: str | None, scene: bool, who: str, measures: list[str]
) -> None:
    (text,) = said(model, detector, scene)
    assert text.startswith(f"{who} trained on drawings alone")
    assert [word for word in ("93%", "71%") if word in text] == measures


@pytest.mark.parametrize("detector", [None, PHOTOS, DRAWN])
def test_nothing_is_said_of_what_has_seen_photos(detector: str | None) -> None:
    assert said(PHOTOS, detector, scene=detector == PHOTOS) == []


@pytest.mark.parametrize("files", [[CROP], [SCENE], [CROP, SCENE]])
def test_it_is_said_once(
    files: list[bytes], page: Open, scene_service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Service.card

    def drawn(self: Service) -> dict[str, Any]:
        card = whole(self)
        return card | {"data": DRAWN, "detector": card["detector"] | {"data": DRAWN}}

    monkeypatch.setattr(Service, "card", drawn)
    app = upload(page(scene_service.url), *(png(f"{n}.png", data) for n, data in enumerate(files)))
    assert sum("trained on drawings alone" in each.value for each in app.caption) == 1
