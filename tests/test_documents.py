"""What the documents refer to is there."""

import re

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/another-sign.md", "metrics/MODEL_CARD.md"]
)
def test_links_lead_somewhere(name: str) -> None:
    document = ROOT / name
    for link in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            assert (document.parent / link).exists(), link
