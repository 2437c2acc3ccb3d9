"""What bounds the work that uploads make, on the handler alone."""

import asyncio
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from signs.inference import explain
from signs.inference.explain import Explanation
from signs.inference.model_info import ModelInfo
from signs.inference.onnx_model import OnnxModel
from signs.inference.recognizer import BATCH, Recognizer
from signs.pictures import decoding, opening
from signs.serving import jobs, uploads
from signs.serving.jobs import Jobs
from signs.serving.refusals import OVERLOADED, ErrorBody, Refusal
from signs.serving.responses import Prediction
from signs.serving.settings import Settings
from signs.serving.uploads import UploadHandler
from tests.serving.conftest import fresh_telemetry, picture

LARGE = (1200, 900)


@pytest.fixture
def handler(model_file: Path) -> UploadHandler:
    model = Recognizer(model_file, threads=1)
    return UploadHandler(model, model, Settings(max_megapixels=2), fresh_telemetry(), Jobs())


def test_a_batch_of_many_parts_keeps_its_order(handler: UploadHandler) -> None:
    files = [picture(size=(20 + i, 20)) for i in range(2 * uploads.PART + BATCH)]
    files[uploads.PART] = b"not a picture"
    together = asyncio.run(handler.recognize_all(files, 1)).results
    assert isinstance(together[uploads.PART], ErrorBody)
    for place in (0, uploads.PART - 1, uploads.PART + 1, len(files) - 1):
        alone = asyncio.run(handler.recognize(files[place], 1))
        found = together[place]
        assert isinstance(found, Prediction)
        assert found.known == pytest.approx(alone.known, abs=1e-6)
        assert found.classes[0].class_id == alone.classes[0].class_id


def test_a_batch_has_only_so_many_pixels(handler: UploadHandler) -> None:
    large = picture("PNG", LARGE)
    results = asyncio.run(handler.recognize_all([large] * 9, 1)).results
    allowed = int(jobs.BATCH_PIXELS * 2e6 / (LARGE[0] * LARGE[1]))
    assert [isinstance(r, Prediction) for r in results] == [True] * allowed + [False] * (
        9 - allowed
    )
    last = results[-1]
    assert isinstance(last, ErrorBody)
    assert "too many pixels" in last.error.message
    for kind in ("JPEG", "MPO"):  # these cost less
        results = asyncio.run(handler.recognize_all([picture(kind, LARGE)] * 9, 1)).results
        assert all(isinstance(r, Prediction) for r in results)


def test_only_so_many_large_jobs_wait(
    handler: UploadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MAX_JOBS", 2)
    large, small = picture("PNG", LARGE), picture()

    async def together() -> list[Prediction | BaseException]:
        jobs = [handler.recognize(data, 1) for data in (large, large, large, small)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    answers = asyncio.run(together())
    assert [isinstance(a, Prediction) for a in answers] == [True, True, False, True]
    assert isinstance(answers[2], Refusal)
    assert answers[2].kind is OVERLOADED
    assert isinstance(asyncio.run(handler.recognize(large, 1)), Prediction)


def test_a_batch_counts_as_the_large_images_that_it_may_hold(
    handler: UploadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "MAX_JOBS", 2 * jobs.BATCH_PIXELS)

    async def together() -> list[object]:
        jobs = [handler.recognize_all([picture()], 1) for _ in range(3)]
        return await asyncio.gather(*jobs, return_exceptions=True)

    assert [isinstance(a, Refusal) for a in asyncio.run(together())] == [False, False, True]


def test_what_waits_is_not_kept_open(
    handler: UploadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A WebP of a few bytes reserves memory for all its pixels as soon as it is opened."""
    files = [picture("WEBP", LARGE, "L") for _ in range(4)]
    held: set[int] = set()
    most = 0

    def counted(data: bytes, formats: tuple[str, ...]) -> Image.Image:
        nonlocal most
        opened = opening.open_image(data, formats)
        held.add(id(opened))
        weakref.finalize(opened, held.discard, id(opened))
        most = max(most, len(held))
        return opened

    async def together() -> list[Prediction]:
        return await asyncio.gather(*(handler.recognize(data, 1) for data in files))

    monkeypatch.setattr(uploads, "INLINE_BYTES", 10_000_000)
    monkeypatch.setattr(uploads, "open_image", counted)
    assert len(asyncio.run(together())) == 4
    assert most <= 2


def test_the_model_gets_few_images_at_once(
    handler: UploadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An explanation asks for hundreds of answers; memory must not grow with their number."""
    sizes: list[int] = []
    run = OnnxModel.run

    def counted(self: OnnxModel[ModelInfo], outputs: Sequence[str], **inputs: Any) -> list[Any]:
        sizes.append(len(inputs["images"]))
        return run(self, outputs, **inputs)

    monkeypatch.setattr(OnnxModel, "run", counted)
    asyncio.run(handler.explain(picture()))
    assert sum(sizes) > 2 * BATCH
    assert max(sizes) <= BATCH
    sizes.clear()
    asyncio.run(handler.recognize_all([picture()] * 2 * BATCH, 1))
    assert sum(sizes) == 2 * BATCH
    assert max(sizes) <= BATCH


def test_many_explanations_hold_one_picture_and_let_batches_through(
    handler: UploadHandler, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = most = 0
    whole, drawn = decoding.decode, explain.draw_explanation

    def decode(*args: Any) -> Image.Image:
        nonlocal held, most
        held += 1
        most = max(most, held)
        return whole(*args)

    def draw(explanation: Explanation) -> Image.Image:
        nonlocal held
        held -= 1
        return drawn(explanation)

    async def all_at_once() -> list[Any]:
        explained = [handler.explain(picture(size=LARGE)) for _ in range(4)]
        return await asyncio.gather(*explained, handler.recognize_all([b"not a picture"], 1))

    monkeypatch.setattr(uploads, "decode", decode)
    monkeypatch.setattr(uploads, "draw_explanation", draw)
    *pictures, batch = asyncio.run(all_at_once())
    assert all(png.startswith(b"\x89PNG") for png in pictures)
    assert isinstance(batch.results[0], ErrorBody)
    assert (held, most) == (0, 1)
