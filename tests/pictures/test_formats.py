"""Files of all kinds: those that are read, and what is said about the others."""

import gzip
import io
import re
import struct
import sys
import tarfile
import zipfile
from importlib.machinery import PathFinder

import numpy as np
import pytest
from PIL import Image

from signs.pictures import formats
from signs.pictures.decoding import decode
from signs.pictures.formats import FORMATS, SUFFIXES, ImageError, UnknownFormatError, recognize
from signs.pictures.opening import open_image
from tests.pictures.files import encode, halves, noise

KINDS = {
    "AVIF": "AVIF", "BMP": "BMP", "GIF": "GIF", "HEIC": "HEIC", "JPEG": "JPEG", "MPO": "JPEG",
    "PNG": "PNG", "PPM": "PPM", "TIFF": "TIFF", "WEBP": "WEBP",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read(kind: str) -> None:
    data = encode(halves(), kind)
    assert recognize(data) == KINDS[kind]
    found = np.asarray(decode(data), int)[10]
    assert np.abs(found[2] - (200, 30, 30)).max() < 8
    assert np.abs(found[-3] - (30, 30, 200)).max() < 8


def test_each_suffix_is_that_of_a_format() -> None:
    assert {".jfif", ".jpe", ".mpo", ".pgm", ".pbm", ".pnm", ".heic", ".heif", ".avif"} <= SUFFIXES
    assert all(re.fullmatch(r"\.[a-z]+", suffix) for suffix in SUFFIXES)


def zipped(name: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, b"x")
    return stream.getvalue()


def tarred() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("photos"))
    return stream.getvalue()


def boxes(*kinds: bytes) -> bytes:
    return b"".join(struct.pack(">I", 24) + kind.ljust(20, b"\0") for kind in kinds)


def raw(*tags: tuple[int, int, int], photometric: int = 1) -> bytes:
    """A TIFF with a preview of 8 x 8 pixels, and further tags: number, type, value."""
    plain = encode(Image.new("L", (8, 8)), "TIFF")
    entries = [(262, 3, photometric), *tags]
    count = struct.unpack("<H", plain[8:10])[0]
    found = {
        struct.unpack("<H", plain[at : at + 2])[0]: plain[at : at + 12]
        for at in range(10, 10 + 12 * count, 12)
    }
    for number, kind, value in entries:
        found[number] = struct.pack("<HHII", number, kind, 1, value)
    begin = len(plain)
    table = struct.pack("<H", len(found)) + b"".join(found[n] for n in sorted(found)) + bytes(4)
    return plain[:4] + struct.pack("<I", begin) + plain[8:] + table


OTHERS = {
    "a JPEG 2000 picture": [encode(halves(), "JPEG2000"), b"\xff\x4f\xff\x51" + bytes(50)],
    "a JPEG XL picture": [b"\xff\x0a\x00\x10", b"\0\0\0\x0cJXL \r\n\x87\n"],
    "a raw picture of a camera": [
        boxes(b"ftypcrx \0\0\0\1crx isom"), b"FUJIFILMCCD-RAW 0201", b"IIRO\x08\0\0\0",
        b"II*\0\x10\0\0\0CR\2\0", b"IIU\0\x18\0\0\0",
        raw((50706, 1, 1)), raw((254, 4, 1), (330, 4, 8)), raw(photometric=32803),
    ],
    "an icon": [encode(Image.new("RGB", (16, 16)), kind) for kind in ("ICO", "ICNS")],
    "a Photoshop document": [b"8BPS\0\1" + bytes(40)],
    "a PDF document": [b"%PDF-1.7\n%\xe2\xe3", encode(halves(), "PDF"), b"\n%PDF-1.4\n"],
    "a PostScript document": [encode(halves(), "EPS")],
    "an SVG drawing": [
        b"<svg xmlns='x'/>", b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<svg/>",
        b'<!DOCTYPE svg PUBLIC "x"><svg/>',
    ],
    "a web page": [
        b"<!DOCTYPE html><html><svg></svg></html>", b"\n\n<HTML><head>", b"<script>x</script>",
        b"\xef\xbb\xbf<!doctype HTML>",
    ],
    "an XML document": [b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"],
    "a pointer of Git LFS": [b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n"],
    "a pointer of DVC": [b"outs:\n- md5: 00\n  size: 1\n"],
    "a data URL": [b"data:image/png;base64,iVBORw0KGgo="],
    "a link": [b"[InternetShortcut]\r\nURL=x", b"L\0\0\0\1\x14\2\0" + bytes(60)],
    "a video": [
        boxes(b"ftypisom\0\0\2\0isommp42"), boxes(b"ftypqt  \0\0\0\0qt  "),
        boxes(b"wide", b"mdat"), boxes(b"moov"), b"RIFF\x24\0\0\0AVI LIST" + bytes(40),
        b"\x1a\x45\xdf\xa3\x9fB\x86\x81\1",
        b"\0\0\1\xba" + bytes(20),
    ],
    "a sound recording": [b"RIFF\x24\0\0\0WAVEfmt " + bytes(40), b"ID3\4" + bytes(30)],
    "a zip archive": [zipped("a.jpg"), b"PK\5\6" + bytes(18)],
    "an archive": [gzip.compress(b"x", mtime=0), tarred(), b"7z\xbc\xaf\x27\x1c",
                   b"Rar!\x1a\7\1\0"],
    "a note that macOS keeps beside a picture": [b"\0\5\x16\7\0\2\0\0Mac OS X"],
    "a file of zeros": [bytes(1), bytes(5000)],
    "a text file": [b"a shopping list", "Größe 3\n".encode(), "Größe 3\n".encode("latin-1"),
                    "text".encode("utf-16"), b"P2P networks are a list", b'{"error": "not found"}'],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"), [(name, data) for name, files in OTHERS.items() for data in files]
)
def test_other_files_are_named_with_a_way_out(name: str, data: bytes) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        open_image(data)
    assert re.match(
        rf"this is {name}(, not an image that can be read)?: [a-z].*", str(caught.value)
    )


@pytest.mark.parametrize("data", [b"\x7fELF" + bytes(60), bytes(range(1, 255)), b"\xfe"])
def test_what_has_no_name_is_told_what_would_be_read(data: bytes) -> None:
    said = f"not an image that can be read: send one of {', '.join(FORMATS)}"
    with pytest.raises(UnknownFormatError, match=said):
        open_image(data)


def test_a_tiff_with_pages_is_not_a_raw_picture() -> None:
    plain = raw((254, 4, 0), (330, 4, 8))
    assert decode(plain).size == (8, 8)
    stream = io.BytesIO()
    noise().save(stream, "TIFF", save_all=True, append_images=[halves()])
    assert decode(stream.getvalue()).size == noise().size


def test_an_empty_file() -> None:
    with pytest.raises(ImageError, match="the image is empty: no bytes arrived"):
        open_image(b"")


def test_a_format_that_the_caller_does_not_read() -> None:
    with pytest.raises(UnknownFormatError, match="this is a TIFF picture: the command line alone"):
        open_image(encode(halves(), "TIFF"), ("JPEG", "PNG"))


@pytest.mark.parametrize(
    ("kind", "said"), [("HEIC", "install pillow-heif, .* or save the picture as JPEG"),
                       ("AVIF", "install a newer Pillow, or save the picture as JPEG")],
)  # fmt: skip
def test_where_a_library_is_missing(kind: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(halves(), kind)
    monkeypatch.setattr(formats, "find_spec", lambda name: None)
    monkeypatch.setattr("PIL.features.check", lambda name: False)
    with pytest.raises(UnknownFormatError, match=f"this is a {kind} picture.* missing: {said}"):
        open_image(data)


def test_heic_is_imported_for_heic_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "pillow_heif"]:
        monkeypatch.delitem(sys.modules, name)
    find = PathFinder.find_spec

    def without(name: str, *rest: object) -> object:
        assert name != "pillow_heif"
        return find(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(PathFinder, "find_spec", without)
    assert decode(encode(halves(), "AVIF")).size == (40, 20)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "HEIC", "AVIF"])
def test_after_other_bytes_or_brands(kind: str) -> None:
    """Bytes decide: a family of brands first, and the coding after it."""
    data = encode(halves(), kind)
    if kind in ("HEIC", "AVIF"):
        data = data[:8] + b"mif1" + data[12:]
    assert recognize(data) == kind
