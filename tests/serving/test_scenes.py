"""Signs found in whole pictures, by models that answer by pure colors."""

import asyncio
import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from signs.catalog.gtsrb import GTSRB
from signs.catalog.language import Language
from signs.cli import main
from signs.inference.detector import Detector
from signs.inference.recognizer import Recognizer
from signs.inference.scene_reader import SceneReader
from signs.pictures import decoding as decoding_module
from signs.serving import jobs, scenes, uploads
from signs.serving.jobs import Jobs
from signs.serving.refusals import ErrorBody, Refusal
from signs.serving.scene_responses import SceneSigns
from signs.serving.scenes import SceneHandler, draft_side
from signs.serving.settings import Settings
from signs.serving.telemetry import Telemetry
from tests.serving.conftest import fresh_telemetry, picture
from tests.tiny_models import road

PLATES = {"stop": (50, 60, 90, 100), "weak": (150, 20, 200, 70), "outside": (210, 120, 250, 160)}
SCENE = road((300, 200), **PLATES)
TURNED = Image.Exif()
TURNED[0x0112] = 6  # to be turned by a quarter, clockwise
UPLOADS: dict[str, dict[str, Any]] = {
    "a.png": {}, "a.jpg": {"quality": 95}, "turned.jpg": {"quality": 95, "exif": TURNED},
    "turned.png": {"exif": TURNED}, "a.webp": {"lossless": True}, "a.bmp": {},
}  # fmt: skip


def encoded(image: Image.Image, name: str = "a.png", **options: Any) -> bytes:
    stream = BytesIO()
    Image.init()
    image.save(stream, Image.EXTENSION[Path(name).suffix], **options)
    return stream.getvalue()


@pytest.fixture(scope="module")
def reader(scene_models: tuple[Path, Path]) -> SceneReader:
    recognizer, detector = scene_models
    return SceneReader(Detector(detector, 1), Recognizer(recognizer, 1))


@pytest.fixture
def telemetry() -> Telemetry:
    return fresh_telemetry()


@pytest.fixture
def handler(reader: SceneReader, telemetry: Telemetry) -> SceneHandler:
    return SceneHandler(reader, Settings(max_megapixels=20), telemetry, Jobs())


def on_the_command_line(
    scene_models: tuple[Path, Path], path: Path, *options: str
) -> list[dict[str, Any]]:
    recognizer, detector = map(str, scene_models)
    command = ["detect", str(path), "--json", "--model", recognizer, "--detector", detector]
    done = CliRunner().invoke(main, [*command, *options])
    assert done.exit_code == 0, done.output
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def without_times(answer: SceneSigns | ErrorBody) -> dict[str, Any]:
    said = json.loads(answer.model_dump_json())
    assert min(said.pop("decode_ms"), said.pop("inference_ms")) >= 0
    return said


@pytest.mark.parametrize("name", UPLOADS)
@pytest.mark.parametrize("min_score", [None, 0.0, 0.2, 1.0])
def test_the_answer_is_that_of_the_command_line(
    name: str, min_score: float | None, handler: SceneHandler, scene_models: tuple[Path, Path],
    tmp_path: Path,
) -> None:  # fmt: skip
    data = encoded(SCENE, name, **UPLOADS[name])
    (tmp_path / name).write_bytes(data)
    options = [] if min_score is None else ["--min-score", str(min_score)]
    (expected,) = on_the_command_line(scene_models, tmp_path / name, *options)
    assert (expected.pop("path"), expected.pop("error")) == (str(tmp_path / name), None)
    for sign in expected["signs"]:
        sign["german"] = GTSRB.german[sign["class_id"]]
    assert without_times(asyncio.run(handler.detect(data, min_score))) == expected


@pytest.mark.parametrize(
    ("size", "options"),
    [
        ((3000, 2000), {}),  # decoded at half its size
        ((3001, 1999), {}),
        ((6400, 4200), {}),  # at a quarter
        ((3000, 2000), {"exif": TURNED}),
        ((3000, 2999), {"exif": TURNED}),
        ((2000, 3000), {"progressive": True}),
    ],
)
def test_boxes_of_a_photo_are_in_its_own_pixels(
    size: tuple[int, int], options: dict[str, Any], handler: SceneHandler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    shapes: list[tuple[int, int]] = []
    read = SceneReader.read

    def counted(self: SceneReader, image: Image.Image) -> Any:
        shapes.append(image.size)
        return read(self, image)

    monkeypatch.setattr(SceneReader, "read", counted)
    data = encoded(road(size, stop=(500, 600, 900, 1000)), "a.jpg", quality=95, **options)
    answer = asyncio.run(handler.detect(data, None))
    box, upright = [500, 600, 900, 1000], size
    if "exif" in options:
        box, upright = [size[1] - 1000, 500, size[1] - 600, 900], (size[1], size[0])
    assert (answer.width, answer.height) == upright
    (sign,) = answer.signs
    assert sign.box == pytest.approx(box, abs=size[0] / 400 + 2)  # a pixel of the detector's input
    assert max(shapes[0]) <= max(size) / 2 + 1


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1360, 800), 3840),
        ((4000, 3000), 3840),
        ((6000, 4000), 3840),
        ((8160, 6120), 3060),
        ((4_000_000, 13), 6),
    ],
)
def test_no_large_picture_is_copied_whole(size: tuple[int, int], expected: int) -> None:
    assert draft_side(size, max_side=1920) == expected


def test_a_batch_has_an_answer_or_an_error_at_each_place(handler: SceneHandler) -> None:
    files = [encoded(SCENE), b"no picture", encoded(road((100, 100))), encoded(SCENE)[:-200], b""]
    results = asyncio.run(handler.detect_all(files, None)).results
    codes = [r.error.code if isinstance(r, ErrorBody) else len(r.signs) for r in results]
    assert codes == [1, "unknown_format", 0, "bad_image", "bad_image"]


def test_a_batch_has_only_so_many_pixels(
    reader: SceneReader, telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is decoded counts, and what the detector sees of it."""
    small = SceneHandler(reader, Settings(max_megapixels=1), telemetry, Jobs())
    large = encoded(road((1000, 500)))
    cost = 1000 * 500 + scenes.COST * 400 * 200
    results = asyncio.run(small.detect_all([large] * 4, None)).results
    allowed = int(jobs.BATCH_PIXELS * 1e6 / cost)
    assert [isinstance(r, SceneSigns) for r in results] == [i < allowed for i in range(4)]


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "turned.png"])
@pytest.mark.parametrize("min_score", [None, 0.1])
def test_a_drawing_is_that_of_the_command_line(
    name: str, min_score: float | None, handler: SceneHandler, scene_models: tuple[Path, Path],
    tmp_path: Path,
) -> None:  # fmt: skip
    data = encoded(SCENE, name, **UPLOADS[name])
    (tmp_path / name).write_bytes(data)
    options = [] if min_score is None else ["--min-score", str(min_score)]
    on_the_command_line(scene_models, tmp_path / name, "--draw", str(tmp_path / "o.png"), *options)
    drawn = asyncio.run(handler.annotate(data, min_score, Language.ENGLISH))
    assert drawn.media_type == "image/png"
    expected, found = Image.open(tmp_path / "o.png"), Image.open(BytesIO(drawn.data))
    assert np.array_equal(np.asarray(found), np.asarray(expected))


def test_what_comes_with_loss_is_drawn_into_a_jpeg(handler: SceneHandler) -> None:
    for name in ("a.jpg", "a.webp", "a.avif"):
        drawn = asyncio.run(handler.annotate(encoded(SCENE, name), None, Language.ENGLISH))
        assert drawn.media_type == "image/jpeg"
        assert Image.open(BytesIO(drawn.data)).format == "JPEG"


def test_crops_and_scenes_hold_one_picture_together(
    handler: SceneHandler, scene_models: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker decodes one large picture at a time, whatever it is asked for."""
    shared = Jobs()
    recognizer = Recognizer(scene_models[0], 1)
    crops = uploads.UploadHandler(recognizer, recognizer, Settings(), fresh_telemetry(), shared)
    handler._jobs = shared
    decoding = most = 0
    whole = decoding_module.decode

    def decode(*args: Any) -> Image.Image:
        nonlocal decoding, most
        decoding += 1
        most = max(most, decoding)
        decoded = whole(*args)
        decoding -= 1
        return decoded

    for module in (scenes, uploads):
        monkeypatch.setattr(module, "decode", decode)
    large = picture("PNG", (1200, 900))

    async def together() -> None:
        await asyncio.gather(
            crops.recognize(large, 1),
            handler.detect(large, None),
            crops.recognize_all([large] * 3, 1),
            handler.annotate(large, None, Language.ENGLISH),
        )

    asyncio.run(together())
    assert most == 1


def test_only_so_many_scenes_wait(handler: SceneHandler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MAX_JOBS", 2)

    async def together() -> Sequence[SceneSigns | BaseException]:
        asked = [handler.detect(encoded(SCENE), None) for _ in range(3)]
        return await asyncio.gather(*asked, return_exceptions=True)

    assert [isinstance(a, Refusal) for a in asyncio.run(together())] == [False, False, True]
    assert isinstance(asyncio.run(handler.detect(encoded(SCENE), None)), SceneSigns)


def test_scenes_are_counted_by_themselves(handler: SceneHandler, telemetry: Telemetry) -> None:
    asyncio.run(handler.detect(encoded(SCENE), None))
    asyncio.run(handler.annotate(encoded(road((100, 100))), None, Language.ENGLISH))

    def count(histogram: Any, part: str = "_count") -> list[float]:
        (family,) = histogram.collect()
        return [s.value for s in family.samples if s.name.endswith(part)]

    assert count(telemetry.of("detect").decode) == [2]
    assert count(telemetry.of("detect").inference) == [2]
    # Two boxes have a good score of the detector; one of them shows an outside sign.
    assert count(telemetry.of("detect").known) == [2]
    assert count(telemetry.of("detect").known, "_sum") == [pytest.approx(1.02, abs=0.02)]
    assert count(telemetry.of("recognize").known) == [0]
    assert (count(telemetry.signs), count(telemetry.signs, "_sum")) == ([2], [1])
