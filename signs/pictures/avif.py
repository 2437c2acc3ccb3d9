"""AVIF files: how large the pictures inside really are.

A file says how large its picture is beside it, and the coded picture says so again. The decoder
goes by the latter, which may be a thousand times larger, and shrinks what comes out. (Containers:
ISO/IEC 14496-12 and 23008-12. What is coded: AV1 Bitstream & Decoding Process, section 5.)
"""

from collections.abc import Iterator

HEADER_BYTES = 300  # of a sequence header, that are looked at
SEQUENCE_HEADER = 1  # the type of an OBU
FULL_BOX = 4  # bytes of version and flags
MAX_ITEMS = 2000  # a grid of the largest size in tiles of 512 pixels has a thousand
MAX_UNITS = 10_000  # of a coded picture: ten are usual


def as_still(data: bytes) -> bytes:
    """The file, with its still image before the animation that it may hold too."""
    return data[:8] + b"avif" + data[12:] if data[8:12] == b"avis" else data


def coded_pixels(data: bytes) -> int:
    """The pixels of the largest of the coded pictures in a file.

    Raises:
        ValueError: the file is not as encoders write it.
    """
    meta = _first(data, b"meta")[FULL_BOX:]
    coded = _coded_items(_first(meta, b"iinf"))
    largest = 0
    held = 0
    for item, extents, source in _items(_first(meta, b"iloc"), data, _first(meta, b"idat", b"")):
        if item in coded:
            held += sum(length for _, length in extents)
            if held > len(data):
                raise ValueError("its items are longer than the file")
            stream = b"".join(source[begin : begin + length] for begin, length in extents)
            largest = max(largest, *map(_pixels, _sequence_headers(stream)), 0)
    return largest


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of one box after another."""
    position = 0
    for _ in range(2 * MAX_ITEMS):
        if position + 8 > len(data):
            return
        size, kind, head = (
            int.from_bytes(data[position : position + 4]), data[position + 4 : position + 8], 8,
        )  # fmt: skip
        if size == 1:
            size, head = int.from_bytes(data[position + 8 : position + 16]), 16
        end = position + size if size else len(data)
        if end < position + head:
            raise ValueError("it has a box without a size")
        yield kind, data[position + head : end]
        position = end
    raise ValueError("it has too many boxes")


def _first(data: bytes, kind: bytes, otherwise: bytes | None = None) -> bytes:
    found = next((content for name, content in _boxes(data) if name == kind), otherwise)
    if found is None:
        raise ValueError(f"it has no box {kind.decode()}")
    return found


class _Fields:
    """Numbers of some bytes each, one after another."""

    def __init__(self, data: bytes, position: int = 0) -> None:
        self._data, self._position = data, position

    def take(self, size: int) -> int:
        self._position += size
        if self._position > len(self._data):
            raise ValueError("a box ends too early")
        return int.from_bytes(self._data[self._position - size : self._position])


def _coded_items(iinf: bytes) -> set[int]:
    """The numbers of the items that hold AV1."""
    begin = FULL_BOX + (2 if iinf[:1] == b"\0" else 4)
    found = set()
    for kind, infe in _boxes(iinf[begin:]):
        fields = _Fields(infe, FULL_BOX)
        number = fields.take(4 if infe[:1] == b"\3" else 2)
        fields.take(2)
        if kind == b"infe" and fields.take(4).to_bytes(4) == b"av01":
            found.add(number)
    return found


def _items(
    iloc: bytes, data: bytes, idat: bytes
) -> Iterator[tuple[int, list[tuple[int, int]], bytes]]:
    """The number of each item, and where its bytes lie: begin and length, and in which of two."""
    fields = _Fields(iloc)
    version = fields.take(1)
    fields.take(3)
    sizes, more = fields.take(1), fields.take(1)
    offset_size, length_size, base_size = sizes >> 4, sizes & 15, more >> 4
    index_size = more & 15 if version else 0
    wide = 4 if version == 2 else 2
    count = fields.take(wide)
    if count > MAX_ITEMS:
        raise ValueError(f"it has more than {MAX_ITEMS} items")
    for _ in range(count):
        number = fields.take(wide)
        source = idat if version and fields.take(2) & 15 == 1 else data
        fields.take(2)
        base = fields.take(base_size)
        extents = []
        for _ in range(fields.take(2)):
            fields.take(index_size)
            begin, length = base + fields.take(offset_size), fields.take(length_size)
            extents.append((begin, length or len(source) - begin))
        yield number, extents, source


def _sequence_headers(stream: bytes) -> Iterator[bytes]:
    """What the sequence headers of an AV1 stream hold: of its units, those that tell the size."""
    position = 0
    for _ in range(MAX_UNITS):
        if position >= len(stream):
            return
        head = stream[position]
        position += 2 if head & 4 else 1
        size = len(stream) - position
        if head & 2:
            size = 0
            for place in range(8):  # seven bits a byte, the lowest first
                byte = stream[position] if position < len(stream) else 0
                size |= (byte & 127) << (7 * place)
                position += 1
                if byte < 128:
                    break
        if head >> 3 & 15 == SEQUENCE_HEADER:
            yield stream[position : position + min(size, HEADER_BYTES)]
        position += size
    raise ValueError("it has too many units")


def _pixels(header: bytes) -> int:
    """Width times height of the largest picture that a sequence header allows."""
    bits = int.from_bytes(header.ljust(HEADER_BYTES, b"\0"))
    left = HEADER_BYTES * 8

    def take(count: int) -> int:
        nonlocal left
        left -= count
        return bits >> left & ((1 << count) - 1)

    take(4)
    if take(1):  # a still, with a short header
        take(5)
    else:
        if take(1):
            raise ValueError("it has the clock of a video")
        delays = take(1)
        for _ in range(take(5) + 1):
            take(12)
            if take(5) > 7:
                take(1)
            if delays and take(1):
                take(4)
    width_bits, height_bits = take(4) + 1, take(4) + 1
    return (take(width_bits) + 1) * (take(height_bits) + 1)
