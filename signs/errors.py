"""The one error that people see: a line that says what is wrong and what to do."""

import errno
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

# Refusals of the machine and what to do about them; other OSErrors are mistakes in the code.
REFUSED = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some of your quota",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EROFS: "make the place writable",
    errno.EACCES: "change its permissions",
    errno.EPERM: "change its permissions",
}
ISOLATES = ("LRI", "RLI", "FSI", "PDI")  # classes of characters that turn what follows around


class SignsError(Exception):
    """Something the user can fix; its text is one line that says how."""


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn errors that a person can act on into one line on stderr, and exit.

    These are a `SignsError` and the machine's refusal to write or read a file, with exit code 1,
    and Ctrl-C, with exit code 130. Mistakes in the code keep their traceback.
    """
    try:
        yield
    except SignsError as error:
        _stop(str(error))
    except KeyboardInterrupt:
        _stop("stopped; nothing is half-written, run the same command again", code=130)
    except OSError as error:
        remedy = REFUSED.get(error.errno or 0)
        if remedy is None:
            raise
        place = f" ({error.filename})" if error.filename else ""
        _stop(f"{error.strerror or error}{place}: {remedy}, then run the same command again")


def _stop(line: str, code: int = 1) -> None:
    print(f"error: {printable(' '.join(line.split()))}", file=sys.stderr)
    sys.exit(code)


def encodable(text: str) -> str:
    r"""What UTF-8 can hold, of a file's name too: bytes that are not UTF-8 become \xNN."""
    return "".join(_escaped(c) if unicodedata.category(c) == "Cs" else c for c in text)


def printable(text: str) -> str:
    r"""What a terminal shows and does not obey: control characters become \xNN or \uNNNN.

    So do those that turn the direction of writing, behind which a name can hide.
    """
    if text.isprintable():
        return text
    return "".join(
        _escaped(c)
        if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF", *ISOLATES)
        else c
        for c in text
    )


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # how Python carries a byte that is not UTF-8
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
