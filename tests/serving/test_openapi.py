"""The API's document: what it says is what the service does, and it stays as it is."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from signs.catalog.gtsrb import GTSRB
from signs.serving import refusals
from signs.serving.openapi import as_text, document
from signs.serving.refusals import Kind
from signs.serving.routes import ROUTES, Media
from signs.serving.settings import Settings
from tests.conftest import ROOT
from tests.serving.bad_requests import CASES
from tests.serving.conftest import LIMITS
from tests.serving.server import Server

COMMITTED = ROOT / "docs" / "openapi.json"


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document(ROUTES, len(GTSRB), Settings().max_batch)


def test_it_is_the_committed_one(described: dict[str, Any]) -> None:
    """A change that breaks clients shows in the diff of a file; see CONTRIBUTING.md."""
    assert as_text(described) == COMMITTED.read_text(encoding="utf-8"), (
        "the API's document has changed: if it should, raise API_VERSION and run "
        "`curl -s localhost:3000/docs.json -o docs/openapi.json` beside `uv run bentoml serve`"
    )


def test_every_refusal_is_in_it(described: dict[str, Any]) -> None:
    """The status and code of each bad request to one of its operations."""
    checked = set()
    for case in CASES:
        path = case.path.split("?")[0]
        operation = described["paths"].get(path, {}).get(case.method.lower())
        if operation is not None:
            media = operation["responses"][str(case.status)]["content"]["application/json"]
            assert case.code in media["examples"], case.name
            checked.add(path)
    assert checked == {*(route.path for route in ROUTES.values() if route.form), "/model"}


def test_every_kind_of_refusal_has_a_bad_request_or_a_test_of_its_own() -> None:
    kinds = {kind.code for kind in vars(refusals).values() if isinstance(kind, Kind)}
    elsewhere = {
        "overloaded",
        "too_slow",
        "gone",
        "internal",
        "not_ready",
        "wrong_origin",
        "no_detector",
        "no_result",
        "bad_clip",
    }
    assert {case.code for case in CASES} == kinds - elsewhere


def test_examples_fit_their_schemas() -> None:
    models = [r.success for r in ROUTES.values() if not isinstance(r.success, Media)]
    assert models
    for model in models:
        extra = model.model_config["json_schema_extra"]
        assert isinstance(extra, dict)
        example = extra["example"]
        assert model.model_validate(example).model_dump() == example


def test_the_service_sends_it_with_its_limits(client: httpx.Client) -> None:
    sent = client.get("/docs.json").json()
    assert sent == document(ROUTES, len(GTSRB), LIMITS["max_batch"])


@pytest.mark.slow
def test_schemathesis_finds_no_failure(server: Server, tmp_path: Path) -> None:
    """Thousands of requests made from the document: no 5xx, no undocumented status or body.

    One check is left out, that whatever fits the schema is accepted: a schema cannot say "a
    picture", so random bytes fit it and are refused.
    """
    command = [str(Path(sys.executable).parent / "schemathesis"), "run", f"{server.url}/docs.json"]
    options = ["--checks=all", "--exclude-checks=positive_data_acceptance", "--seed=1"]
    done = subprocess.run(
        [*command, *options, "--max-examples=50"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
