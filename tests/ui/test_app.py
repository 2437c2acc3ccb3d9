"""The first tab in every state, against a real service."""

import pytest
from streamlit.testing.v1 import AppTest

from signs.catalog.gtsrb import GTSRB
from tests.conftest import ROOT
from tests.serving.conftest import picture
from tests.serving.server import Server, free_port
from tests.ui.conftest import Open, quiet
from ui.client import Service, ServiceError

File = tuple[str, bytes, str]


def upload(app: AppTest, *files: File) -> AppTest:
    return quiet(app.file_uploader[0].set_value(list(files)).run())


def png(name: str = "photo.png", data: bytes | None = None) -> File:
    return name, picture() if data is None else data, "image/png"


def toggle(app: AppTest, label: str) -> AppTest:
    (found,) = (t for t in app.toggle if t.label == label)
    return quiet(found.set_value(True).run())


def test_it_says_how_the_service_is(page: Open) -> None:
    app = page()
    assert [said.value for said in app.sidebar.success] == ["Running"]
    assert "0123456789ab-fp32" in app.sidebar.markdown[0].value
    assert app.sidebar.text_input[0].disabled  # SERVICE_URL is set


def test_the_address_is_free_where_nothing_sets_it(
    ui_service: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SERVICE_URL", raising=False)
    app = AppTest.from_file(str(ROOT / "ui" / "app.py"), default_timeout=60).run()
    app.sidebar.text_input[0].set_value(f"{ui_service.url}/ ").run()
    assert [said.value for said in quiet(app).sidebar.success] == ["Running"]


def test_a_picture_gets_an_answer(page: Open) -> None:
    app = upload(page(), png())
    assert app.main.subheader[0].value
    assert app.metric[0].label == "Confidence"
    assert len(app.dataframe[0].value) == 3
    assert "model `0123456789ab-fp32`" in app.main.caption[-1].value.lower()


def test_what_is_not_recognized_is_said_first(page: Open, unsure_service: Server) -> None:
    app = upload(page(unsure_service.url), png())
    assert app.warning[0].value.startswith("**Not recognized.**")
    assert "Crop it so that the whole sign" in app.warning[0].value
    assert app.main.subheader[0].value.startswith("Best guess: ")


def test_where_the_model_looked(page: Open) -> None:
    app = toggle(upload(page(), png()), "Show where the model looked")
    assert any(said.value.startswith("Bright areas") for said in app.caption)


def test_a_part_of_a_picture(page: Open) -> None:
    app = toggle(upload(page(), png(data=picture(size=(300, 200)))), "Crop to the sign")
    assert len(app.dataframe[0].value) == 3


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (picture()[:200], "The image is incomplete"),
        (b"no picture", "This is a text file, not an image that can be read"),
        (b"", "The image is empty: no bytes arrived."),
        (bytes(1_200_000), "The body is over 1 MB: send a smaller image"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(page: Open, data: bytes, sentence: str) -> None:
    app = upload(page(), png(data=data))
    assert app.main.error[0].value.startswith(sentence)


def test_no_service(page: Open) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    app = upload(page(nowhere), png())
    for said in (app.sidebar.error[0].value, app.main.error[-1].value):
        assert f"The service at {nowhere} is not running. Start it with" in said


def test_another_server_at_the_address(page: Open, other_server: str) -> None:
    app = upload(page(other_server), png())
    assert "is not the traffic sign service" in app.sidebar.error[0].value
    assert "is not the traffic sign service" in app.main.error[-1].value


def test_uploads_outlast_a_look_at_another_tab(page: Open) -> None:
    app = upload(page(), png())
    app.session_state["tab"] = "Signs"
    quiet(app.run())
    app.session_state["tab"] = "Recognize"
    assert quiet(app.run()).metric[0].label == "Confidence"


def test_a_picture_that_is_too_large_leaves_the_others_their_answers(page: Open) -> None:
    huge = png("huge.png", bytes(1_200_000))
    table = (
        upload(page(), png("a.png"), huge, png("b.png", picture(size=(50, 50)))).dataframe[0].value
    )
    assert list(table.sort_values("file")["state"]) == ["Recognized", "Recognized", "Unreadable"]
    assert table.iloc[-1]["problem"].startswith("The body is over 1 MB")


def test_many_files_that_are_not_images(page: Open) -> None:
    app = upload(page(), png("a.png", b"no"), png("b.png", b""))
    assert list(app.dataframe[0].value["state"]) == ["Unreadable", "Unreadable"]


def test_samples(page: Open) -> None:
    app = page()
    app.segmented_control[0].set_value("Samples").run()
    assert len(app.selectbox[0].options) == len(GTSRB)
    (stop,) = (b for b in app.button if b.label == "Stop")
    stop.click().run()
    assert quiet(app).selectbox[0].value == 14
    assert app.metric[0].label == "Confidence"


def test_many_pictures(page: Open) -> None:
    files = [png(f"{n}.png", picture(size=(40 + n, 40))) for n in range(20)]
    app = upload(page(), *files, png("broken.png", picture()[:200]))
    table = app.dataframe[0].value
    assert len(table) == 21
    confidence = table["confidence"].dropna()
    assert len(confidence) == 20
    assert confidence.is_monotonic_decreasing
    known = table["known"].dropna()
    assert len(known) == 20
    assert known.between(0, 100).all()
    assert known.max() > 1  # in percent
    assert table.iloc[-1]["state"] == "Unreadable"
    assert table.iloc[-1]["problem"].startswith("The image is incomplete")
    shown = app.segmented_control[1]
    assert "Unreadable (1)" in shown.options
    shown.set_value("Unreadable").run()
    assert list(quiet(app).dataframe[0].value["file"]) == ["broken.png"]


def test_answers_are_kept_when_the_service_stops_halfway(
    page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, asked = Service.predict_batch, []

    def once(self: Service, pictures: list[bytes]) -> list[dict[str, object]]:
        asked.append(len(pictures))
        if len(asked) == 2:
            raise ServiceError("The service is gone.")
        return whole(self, pictures)

    monkeypatch.setattr(Service, "predict_batch", once)
    app = upload(page(), *[png(f"{n}.png", picture(size=(40 + n, 40))) for n in range(20)])
    assert app.main.error[0].value == "The service is gone. The 16 answers so far are kept."
    assert len(app.dataframe[0].value) == 16
    (again,) = (b for b in app.button if b.label == "Continue")
    again.click().run()
    assert len(quiet(app).dataframe[0].value) == 20
    assert asked == [16, 4, 4]
