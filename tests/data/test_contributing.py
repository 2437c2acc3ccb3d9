"""The source that CONTRIBUTING.md shows as an example works."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from signs.data import open as opening
from signs.params import load_params
from tests.conftest import ROOT
from tests.data.layouts import encoded


def test_the_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    module = ModuleType("mine")
    exec(code, module.__dict__)
    monkeypatch.setitem(sys.modules, "mine", module)
    monkeypatch.setattr(opening, "LAYOUTS", (*opening.LAYOUTS, module))
    for name in ("corner-14-b.jpg", "corner-14-a.jpg", "bridge-2-a.jpg"):
        path = tmp_path / "photos" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(9, "JPEG"))
    data = load_params("data", path=ROOT / "params.yaml").data
    source = opening.open_source(str(tmp_path / "photos"), data)
    assert source.name == "my photos in photos"
    assert [(p.name, p.label, p.group) for p in source.parts["train"]()] == [
        ("bridge-2-a.jpg", 2, "2-bridge"),
        ("corner-14-a.jpg", 14, "14-corner"),
        ("corner-14-b.jpg", 14, "14-corner"),
    ]
