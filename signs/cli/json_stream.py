"""JSON that is written piece by piece, so that a long list needs little memory."""

import json
from collections.abc import Mapping
from typing import IO, Any


class JsonStream:
    """A list of objects.

    Args:
        stream: where it goes; it gets ASCII alone where it cannot hold all characters.
        indent: of the objects; None writes each on a line.
    """

    def __init__(self, stream: IO[str], indent: int | None = 2) -> None:
        self._stream = stream
        encoding = (getattr(stream, "encoding", None) or "utf-8").lower()
        self._ascii = not encoding.replace("-", "").startswith("utf")
        self._indent = indent
        self._begin = "[\n"

    def add(self, value: Mapping[str, Any]) -> None:
        """Write an object."""
        text = json.dumps(value, indent=self._indent, ensure_ascii=self._ascii)
        self._stream.write(f"{self._begin}  " + text.replace("\n", "\n  "))
        self._begin = ",\n"

    def end(self) -> None:
        """Write the list's end."""
        self._stream.write("\n]\n" if self._begin == ",\n" else "[]\n")
