"""What a training run was made from, as one digest."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def fingerprint(files: Iterable[Path], params: Mapping[str, Any]) -> str:
    """SHA-256, in hex, over the contents of `files` and `params`.

    A folder stands for the Python files below it. Names count, absolute paths do not.
    """
    digest = hashlib.sha256(json.dumps(params, sort_keys=True).encode())
    for path in files:
        members = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        for member in members:
            digest.update(member.relative_to(path.parent).as_posix().encode())
            with member.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()
