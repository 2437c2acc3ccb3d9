"""How files begin: the formats that are read, and what to do about the others.

The bytes decide, never the name: half of the pictures that people send are named wrongly.
"""

import re
from dataclasses import dataclass
from importlib.util import find_spec

from PIL import features

from signs.errors import SignsError


class ImageError(SignsError):
    """The bytes are not an image that can be used."""


class UnknownFormatError(ImageError):
    """The bytes are in no image format that is read here."""


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Attributes:
        name: for formats that are read, as in `FORMATS`; for others, with an article.
        begins: a regular expression for the first `HEAD` bytes.
        suffixes: of its files, in small letters; for formats that are read.
        way_out: what to do where the format is not read.
    """

    name: str
    begins: bytes
    suffixes: tuple[str, ...] = ()
    way_out: str = "save it as JPEG or PNG"

    def is_that_of(self, head: bytes) -> bool:
        """Whether a file begins like those of this format."""
        return re.match(self.begins, head, re.DOTALL) is not None


HEAD = 1024  # bytes that tell the format
# A container of boxes, as MP4 is. Its first box names the coding, or else a family and then, among
# others, the coding.
_BOX = rb".{4}ftyp"
READ = (
    Format("AVIF", _BOX + rb"(?:avi[fs]|mi[af][1f].{4}(?:.{4}){0,20}?avif)", (".avif",)),
    Format("BMP", rb"BM", (".bmp",)),
    Format("GIF", rb"GIF8[79]a", (".gif",)),
    Format("HEIC", _BOX + rb"(?:he[iv][cmsx]|mif1|msf1|miaf)", (".heic", ".heif", ".hif")),
    Format(
        "JPEG", rb"\xff\xd8\xff", (".jpg", ".jpeg", ".jpe", ".jfif", ".mpo")
    ),  # MPO: pictures one after another, of which the first is read
    Format("PNG", rb"\x89PNG", (".png",)),
    Format("PPM", rb"P[1-6f][\s#]", (".ppm", ".pgm", ".pbm", ".pnm")),
    # Not over HTTP: libtiff writes to the log what it thinks of a file, and a small file can name
    # millions of strips.
    Format(
        "TIFF", rb"II[*+]\0|MM\0[*+]", (".tif", ".tiff"),
        "the command line alone reads it; save it as PNG or JPEG",
    ),
    Format("WEBP", rb"RIFF.{4}WEBP", (".webp",)),
)  # fmt: skip
FORMATS = tuple(each.name for each in READ)
OVER_HTTP = tuple(name for name in FORMATS if name != "TIFF")
SUFFIXES = frozenset(suffix for each in READ for suffix in each.suffixes)

_FRAME = "save one of its frames as a picture"
_UNPACK = "unpack it, and send the pictures in it"
_TEXT = rb"(?:\xef\xbb\xbf)?\s*"
RAW = Format(
    "a raw picture of a camera",
    rb".{4}ftypcrx |FUJIFILMCCD|II(?:R[OS]|U\0)|MMOR|FOVb|\0MRM|II.{4}HEAPCCDR|II\*\0.{4}CR",
    way_out="send the JPEG that the camera saved with it, or develop it to JPEG",
)
# The first that fits counts. Most are what a wrong click or a failed download leaves.
OTHERS = (
    RAW,
    Format("a JPEG 2000 picture", rb"\0\0\0\x0cjP  |\xff\x4f\xff\x51"),
    Format("a JPEG XL picture", rb"\0\0\0\x0cJXL |\xff\x0a"),
    Format("an icon", rb"\0\0[\x01\x02]\0[^\0]|icns"),
    Format("a Photoshop document", rb"8BPS"),
    Format("a GIMP document", rb"gimp xcf"),
    Format("a PDF document", rb"\s*%PDF-", way_out="save its page as JPEG or PNG"),
    Format("a PostScript document", rb"%!PS|\xc5\xd0\xd3\xc6"),
    Format(
        "a web page", _TEXT + rb"(?i:<(?:!doctype html|html|head|body|script|meta|title|div|p>))",
        way_out="the link led to a page about the picture; save the picture itself",
    ),
    Format("an SVG drawing", _TEXT + rb"<(?:svg|(?:\?xml|!--|!DOCTYPE svg).*<svg)",
        way_out="save it as PNG"),
    Format("an XML document", _TEXT + rb"<\?xml", way_out="send a picture"),
    Format(
        "a pointer of Git LFS", rb"version https://git-lfs",
        way_out="the picture itself was not fetched; run `git lfs pull`",
    ),
    Format(
        "a pointer of DVC", rb"outs:\s+- (?:md5|etag|size|hash)",
        way_out="the picture itself was not fetched; run `dvc pull`",
    ),
    Format("a data URL", rb"data:image/", way_out="decode it, or save the picture itself"),
    Format(
        "a link", rb"\[(?:InternetShortcut|Desktop Entry)\]|L\0{3}\x01\x14\x02|bplist00",
        way_out="send what it leads to",
    ),
    Format("a video", rb"RIFF.{4}AVI |\x1a\x45\xdf\xa3|FLV\x01|\0\0\x01[\xb3\xba]|\x30\x26\xb2\x75|"
        rb"OggS|.{4}(?:ftyp|moov|mdat|wide|free|skip|pnot)|G.{187}G", way_out=_FRAME),
    Format("a sound recording", rb"RIFF.{4}WAVE|ID3|fLaC|FORM.{4}AIF", way_out="send a picture"),
    Format("a zip archive", rb"PK(?:\x03\x04|\x05\x06)", way_out=_UNPACK),
    Format("an archive", rb"\x1f\x8b|7z\xbc\xaf|Rar!|\xfd7zXZ|BZh\d|\x28\xb5\x2f\xfd|.{257}ustar",
        way_out=_UNPACK),
    Format("a note that macOS keeps beside a picture", rb"\0\x05\x16[\0\x07]",
        way_out="send the file whose name lacks the leading `._`"),
    Format("a file of zeros", rb"\0+\Z", way_out="copying it has failed; copy it again"),
    Format("a text file", rb"[\t\n\r -~]{1,4}[\t\n\f\r -~\x80-\xff]*\Z|\xff\xfe|\xfe\xff",
        way_out="send a picture"),
)  # fmt: skip


def available(name: str) -> bool:
    """Whether the library that reads a format is installed."""
    if name == "HEIC":
        return find_spec("pillow_heif") is not None
    return name != "AVIF" or bool(features.check("avif"))


def recognize(data: bytes, formats: tuple[str, ...] = FORMATS) -> str:
    """The name of a file's format.

    Args:
        data: the file.
        formats: those of `FORMATS` that are read.

    Returns:
        One of `formats`.

    Raises:
        UnknownFormatError: it is another; the text names it, and says what to do.
    """
    head = data[:HEAD]
    if not RAW.is_that_of(head):
        for known in READ:
            if known.is_that_of(head):
                if known.name not in formats:
                    raise UnknownFormatError(f"this is a {known.name} picture: {known.way_out}")
                if not available(known.name):
                    raise UnknownFormatError(
                        f"this is a {known.name} picture, and the library that reads it is "
                        f"missing: {_install(known.name)}, or save the picture as JPEG"
                    )
                return known.name
    raise UnknownFormatError(_not_read(head, formats))


def _not_read(head: bytes, formats: tuple[str, ...]) -> str:
    for other in OTHERS:
        if other.is_that_of(head):
            return f"this is {other.name}, not an image that can be read: {other.way_out}"
    there = ", ".join(name for name in formats if available(name))
    return f"not an image that can be read: send one of {there}"


def _install(name: str) -> str:
    if name == "HEIC":
        return "install pillow-heif, which the extra `heic` of this project brings"
    return "install a newer Pillow"
