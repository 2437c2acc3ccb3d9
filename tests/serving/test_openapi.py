"""The API's document: what it says is what the service does, and it stays as it is."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from signs.catalog.gtsrb import NUM_CLASSES
from signs.serving import refusals
from signs.serving.responses import ModelDescription, Prediction
from signs.serving.refusals import Kind
from signs.serving.openapi import as_text, document
from signs.serving.settings import Settings
from tests.conftest import ROOT
from tests.serving.cases import CASES
from tests.serving.server import Server

COMMITTED = ROOT / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document(NUM_CLASSES, Settings().max_batch)


def test_it_is_the_committed_one(described: dict[str, Any]) -> None:
    """A change that breaks clients shows in the diff of a file; see CONTRIBUTING.md."""
    assert as_text(described) == COMMITTED.read_text(encoding="utf-8"), (
        "the API's document has changed: if that is meant, raise API_VERSION and run "
        "`curl -s localhost:3000/docs.json -o docs/openapi.json` beside `uv run bentoml serve`"
    )


def test_every_refusal_is_in_it(described: dict[str, Any]) -> None:
    """Each case of the table, with its status and code, where a path of ours is asked."""
    for case in CASES:
        method = described["paths"].get(case.path.split("?")[0], {}).get(case.method.lower())
        if method is not None:
            media = method["responses"][str(case.status)]["content"]["application/json"]
            assert case.code in media["examples"], case.name


def test_every_kind_of_error_is_tested_or_cannot_be_provoked() -> None:
    kinds = {kind.code for kind in vars(errors).values() if isinstance(kind, Kind)}
    elsewhere = {"overloaded", "too_slow", "gone", "internal", "not_ready"}
    assert {case.code for case in CASES} == kinds - elsewhere


def test_examples_fit_their_schemas() -> None:
    for model in (Prediction, ModelDescription):
        extra = model.model_config["json_schema_extra"]
        assert isinstance(extra, dict)
        example = extra["example"]
        assert model.model_validate(example).model_dump() == example


def test_the_service_sends_it(client: httpx.Client, described: dict[str, Any]) -> None:
    sent = client.get("/docs.json").json()
    limits = json.dumps(sent).replace('"maxItems": 8', f'"maxItems": {Settings().max_batch}')
    assert json.loads(limits) == described


@pytest.mark.slow
def test_schemathesis_finds_no_surprise(server: Server, tmp_path: Path) -> None:
    """Thousands of requests made from the document: no 5xx, no undocumented status or body.

    One check is left out: that what fits the schema is accepted. A schema cannot say "a picture",
    so random bytes fit it and are refused.
    """
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{server.url}/docs.json"]
    options = ["--checks=all", "--exclude-checks=positive_data_acceptance", "--seed=1"]
    done = subprocess.run(
        [*command, *options, "--max-examples=50"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
