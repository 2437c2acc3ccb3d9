"""PNG files: what stands beside the pixels."""

# Texts, and a color profile: of one and a half megabytes or more they make Pillow refuse the file.
ASIDE = (b"tEXt", b"zTXt", b"iTXt", b"iCCP")
SIGNATURE = 8  # bytes before the first chunk


def without_texts(data: bytes) -> bytes:
    """Leave out the texts of a PNG: some programs keep their whole project there.

    Raises:
        ValueError: there are none.
    """
    kept, position = [data[:SIGNATURE]], SIGNATURE
    while position < len(data):
        end = position + int.from_bytes(data[position : position + 4]) + 12
        if data[position + 4 : position + 8] not in ASIDE:
            kept.append(data[position:end])
        position = end
    small = b"".join(kept)
    if len(small) == len(data):
        raise ValueError("its chunks cannot be read")
    return small
