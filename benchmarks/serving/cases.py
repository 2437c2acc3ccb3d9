"""The requests of the soak: good and bad ones, and what the service must answer to each."""

import random
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import httpx

from benchmarks.serving.images import (
    LARGE,
    SMALL,
    Upload,
    encode,
    jpeg_near,
    picture,
    upload,
)

OVER_LIMIT = 17_000_000  # bytes; the service takes 16 MB
PIECE = 1_000_000  # bytes of what is sent without saying its length
TIMEOUT_S = 10.0  # for one answer; what takes longer hangs
# An orientation that is no number, and a tag of a wrong length: Pillow warns of both.
ODD_EXIF = (
    b"\xff\xe1\x00\x2aExif\0\0MM\0*\0\0\0\x08\0\x01" + b"\x01\x12\0\x03\0\0\0\x07" + bytes(12)
)
FAILED, HUNG = "connection failed", "hung"


@dataclass(frozen=True)
class Case:
    """One kind of request.

    Attributes:
        name: for people.
        weight: how often it comes, relative to the others.
        path: with `{n}` in the place of a number that is never the same.
        upload: what is posted; None makes it a GET.
        status: of the right answer.
        codes: of the errors in the right answer, one for each image; empty for a success.
        in_pieces: send the body without saying its length before.
    """

    name: str
    weight: float
    path: str
    upload: Upload | None
    status: int
    codes: tuple[str, ...] = ("",)
    in_pieces: bool = False


def cases() -> list[Case]:
    """All kinds."""
    jpeg, large = jpeg_near(14, *SMALL), jpeg_near(1, *LARGE)
    png, huge = encode(picture(13, 48), "PNG"), encode(picture(2, 1200), "JPEG", quality=80)
    clear = encode(picture(13, 2000).convert("RGBA"), "PNG")
    odd = jpeg[:2] + ODD_EXIF + jpeg[2:]
    good, text = [("image", jpeg)], b"This is no image. " * 40
    batch = [("images", jpeg)] * 8
    mixed = [*batch[:3], ("images", text), *batch[4:]]
    mixed_codes = ("",) * 3 + ("unknown_format",) + ("",) * 4
    over = upload([("image", bytes(OVER_LIMIT))])
    one = "/predict"

    def image(data: bytes) -> Upload:
        return upload([("image", data)])

    return [
        Case("small JPEG", 20, one, image(jpeg), 200),
        Case("small PNG", 15, one, image(png), 200),
        Case("JPEG of 60 KB", 10, one, image(large), 200),
        Case("JPEG of 1200 pixels", 3, one, image(huge), 200),
        Case("five classes", 5, one, upload(good, [("top_k", "5")]), 200),
        Case("batch of 8", 3, "/predict_batch", upload(batch), 200, ("",) * 8),
        Case("batch of 8, one bad", 4, "/predict_batch", upload(mixed), 200, mixed_codes),
        Case("batch of 64", 1, "/predict_batch", upload([("images", jpeg)] * 64), 200, ("",) * 64),
        Case("large, transparent", 0.5, one, image(clear), 200),
        Case("odd EXIF", 3, one, image(odd), 200),
        Case("the model", 2, "/model", None, 200),
        Case("truncated JPEG", 6, one, image(large[: len(large) // 2]), 422, ("bad_image",)),
        Case("text", 6, one, image(text), 415, ("unknown_format",)),
        Case("empty file", 4, one, image(b""), 422, ("bad_image",)),
        Case("wrong field", 4, one, upload([("photo", jpeg)]), 400, ("unknown_field",)),
        Case("top_k of 0", 3, one, upload(good, [("top_k", "0")]), 400, ("bad_top_k",)),
        Case("top_k of 44", 3, one, upload(good, [("top_k", "44")]), 400, ("bad_top_k",)),
        Case("no such path", 6, "/nothing/{n}", None, 404, ("not_found",)),
        Case("post to no such path", 2, "/nothing/{n}", image(jpeg), 404, ("not_found",)),
        Case("query parameter", 3, one + "?x{n}=1", image(jpeg), 400, ("unknown_parameter",)),
        Case("no form", 2, one, Upload(jpeg, "image/jpeg"), 415, ("not_multipart",)),
        Case("broken form", 2, one, Upload(b"no boundary"), 400, ("bad_form",)),
        Case("over the limit", 0.2, one, over, 413, ("body_too_large",)),
        Case("over it, in pieces", 0.1, one, over, 413, ("body_too_large",), in_pieces=True),
    ]


def shuffled(count: int, seed: int = 0, even: bool = False) -> Iterator[tuple[int, Case]]:
    """Numbered requests, the kinds mixed by weight, or all alike."""
    kinds = cases()
    weights = None if even else [kind.weight for kind in kinds]
    return enumerate(random.Random(seed).choices(kinds, weights, k=count))


async def ask(client: httpx.AsyncClient, number: int, case: Case) -> str:
    """Send one request; what is wrong with the answer, and nothing where it is right.

    Args:
        client: with the service's address.
        number: that no other request has.
        case: its kind.
    """
    path = case.path.format(n=number)
    try:
        if case.upload is None:
            answer = await client.get(path)
        else:
            content = _pieces(case.upload.body) if case.in_pieces else case.upload.body
            headers = {"content-type": case.upload.content_type}
            answer = await client.post(path, content=content, headers=headers)
    except httpx.TimeoutException:
        return HUNG
    except httpx.TransportError as error:
        return f"{FAILED} ({type(error).__name__})"
    if answer.status_code != case.status:
        return f"{answer.status_code} in place of {case.status}"
    codes = _codes(answer)
    return "" if codes == case.codes else f"{codes} in place of {case.codes}"


def _codes(answer: httpx.Response) -> tuple[str, ...]:
    """The codes of errors in an answer: one for each image."""
    try:
        body = answer.json()
        return tuple(part.get("error", {}).get("code", "") for part in body.get("results", [body]))
    except (ValueError, AttributeError):
        return ("no JSON object",)


async def _pieces(body: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]
