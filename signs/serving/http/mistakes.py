"""What clients send in the place of a picture, and the words that tell them what to send."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass

MULTIPART = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a form's files are, for messages.

    Attributes:
        noun: such as "picture".
        example: the name of such a file.
        kind: how its media type begins.
    """

    noun: str
    example: str
    kind: str


PICTURE, CLIP = Wanted("picture", "photo.jpg", "image/"), Wanted("clip", "drive.mp4", "video/")
JSON_TYPE = re.compile(r"application/(?:json|.+\+json)")
QUOTE = rb"""\s*["']?"""
LINK = re.compile(QUOTE + rb"(?:https?|ftps?|file|blob|s3|gs)://", re.IGNORECASE)
DATA_URL = re.compile(QUOTE + rb"data:[\w.+/;=-]*,", re.IGNORECASE)
# In base64, the first bytes of JPEG, PNG, GIF, WebP, BMP and PPM.
BASE64 = re.compile(QUOTE + rb"(?:/9j/|iVBORw0KGg|R0lGOD|UklGR|Qk|UD[MUY])[\w+/=\s-]{20,}")
PPM = re.compile(rb"P[1-6]\s")
JSON = re.compile(rb"\s*[\[{]")
HEAD = 512  # bytes of a file that are looked at


def media_type(headers: Mapping[str, str]) -> str:
    """The media type of a body, in small letters and without parameters; "" without one."""
    return headers.get("content-type", "").split(";")[0].strip().lower()


def is_raw(kind: str, wanted: Wanted) -> bool:
    """Whether a body of this media type may be such a file by itself; the bytes decide."""
    return kind in ("", "application/octet-stream") or kind.startswith(wanted.kind)


def encoded_picture(data: bytes) -> str | None:
    """What a file holds that should hold a picture, where it is a text that leads to one."""
    head = data[:HEAD]
    if LINK.match(head):
        return "a link, which the service does not follow"
    if DATA_URL.match(head):
        return "a data URL"
    if BASE64.match(head):
        return "a picture in base64"
    return None


def text(data: bytes) -> str | None:
    """What a part without a file name holds, where it is text; None for other bytes."""
    if not data:
        return "nothing"
    if (said := encoded_picture(data)) is not None:
        return said
    try:
        head = codecs.getincrementaldecoder("utf-8")().decode(data[:HEAD])
    except UnicodeDecodeError:
        return None
    if PPM.match(data) or not all(c.isprintable() or c.isspace() for c in head):
        return None
    return "JSON" if JSON.match(data) else "text"


def wrong_body(
    headers: Mapping[str, str], field: str, takes_raw: bool, wanted: Wanted
) -> str | None:
    """Why a body cannot be read, by its headers: a sentence that says what to send; else None.

    Args:
        headers: of the request, by name in small letters.
        field: of the form that the path takes.
        takes_raw: whether the path takes a file by itself.
        wanted: what the file is.
    """
    kind = media_type(headers)
    empty = "transfer-encoding" not in headers and headers.get("content-length", "0") == "0"
    raw, noun = is_raw(kind, wanted), wanted.noun
    if kind == MULTIPART or (takes_raw and raw and (kind or not empty)):
        return None
    form = f"curl -F {field}=@{wanted.example}"
    if not kind and empty:
        return f"the request has no body: send a {noun}, as {form} does"
    if raw and not takes_raw:
        return f"the path takes a form with its {noun}s in the field {field!r}: try {form}"
    if kind == "application/x-www-form-urlencoded":
        return f"the body came as {kind}, which is what curl -d sends: try {form}"
    if JSON_TYPE.fullmatch(kind):
        return f"JSON came, which cannot hold a file: send the {noun}'s bytes, as {form} does"
    said = f"neither a multipart form nor a {noun}" if takes_raw else "not a multipart form"
    return f"the body is {said}, but {kind[:40]!r}: try {form}, which makes a form"


def compressed(headers: Mapping[str, str]) -> str | None:
    """Why a compressed body is refused; None for any other."""
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity"):
        return None
    return f"the body has the Content-Encoding {coding[:20]!r}: send it without, as it is"
