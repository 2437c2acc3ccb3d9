"""The API's own document, OpenAPI 3.1, with every path and every status that the service sends."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from signs.serving import refusals
from signs.serving.forms import Form
from signs.serving.http.mistakes import MULTIPART
from signs.serving.refusals import ErrorBody, Kind, error_body
from signs.serving.routes import ID, Media, Route, Routes

API_VERSION = "1.6.0"
SCHEMAS = "#/components/schemas/"
DESCRIPTION = """\
Names German traffic signs. `/predict` takes crops of one sign with a border of about a tenth of the
side, `/detect` whole pictures of roads: JPEG, PNG, WebP, HEIC, AVIF, BMP, PPM, or the first frame
of a GIF. `/track` takes clips of drives, and answers with a job.

Every answer that is not a success is `{"error": {"code": ..., "message": ...}}`."""

Json = dict[str, Any]
JOB_PARAMETER: Json = {
    "name": "id", "in": "path", "required": True, "description": "Of the job.",
    "schema": {"type": "string", "minLength": 1},
}  # fmt: skip
BYTES: Json = {"type": "string", "format": "binary"}


def document(routes: Routes, num_classes: int, max_batch: int) -> Json:
    """The document as JSON.

    Args:
        routes: those with a tag are in it.
        num_classes: that the model tells apart: the largest `top_k`.
        max_batch: images that one request may hold.
    """
    listed = [route for route in routes.values() if route.tag]
    bodies: list[type[BaseModel]] = [ErrorBody]
    bodies += [route.success for route in listed if not isinstance(route.success, Media)]
    _, schemas = models_json_schema(
        [(model, "serialization") for model in bodies],
        ref_template=SCHEMAS + "{model}",
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "German traffic signs",
            "version": API_VERSION,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": ".", "description": "this service"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in listed)],
        "paths": {
            route.path: {route.method.lower(): _operation(route, num_classes, max_batch)}
            for route in listed
        },
        "components": {"schemas": schemas["$defs"]},
    }


def as_text(described: Json) -> str:
    """The document as the service sends it, and as it is committed."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _operation(route: Route, num_classes: int, max_batch: int) -> Json:
    operation: Json = {"operationId": route.name, "tags": [route.tag], "summary": route.summary}
    if ID in route.path:
        operation["parameters"] = [JOB_PARAMETER]
    if route.form:
        content = {MULTIPART: {"schema": _form_schema(route.form, num_classes, max_batch)}}
        if not route.form.takes_many():  # then the body may be the file by itself
            kinds = (route.form.wanted.kind + "*", "application/octet-stream")
            content |= {kind: {"schema": BYTES} for kind in kinds}
        operation["requestBody"] = {"required": True, "content": content}
    success = {"200": _success(route.success)}
    if isinstance(route.success, Media) and route.success.in_parts:
        success["206"] = _success(route.success) | {"description": "The part asked for in Range."}
    return operation | {"responses": success | _refusals(route.all_refusals)}


def _form_schema(form: type[Form], num_classes: int, max_batch: int) -> Json:
    file = {"contentMediaType": "application/octet-stream", **BYTES}
    files = {"type": "array", "items": file, "minItems": 1, "maxItems": max_batch}
    declared = form.model_json_schema()["properties"]
    properties = {form.file_field(): files if form.takes_many() else file}
    for name in form.text_fields():
        said = declared[name]
        properties[name] = {k: v for k, v in said.items() if k != "title" and v is not None}
    if "top_k" in properties:
        properties["top_k"]["maximum"] = num_classes
    return {
        "type": "object",
        "properties": properties,
        "required": [form.file_field()],
        "additionalProperties": False,
    }


def _success(body: type[BaseModel] | Media) -> Json:
    if isinstance(body, Media):
        schema = {"type": "string"} if body.media_type.startswith("text/") else BYTES
        return {
            "description": body.description,
            "content": {kind: {"schema": schema} for kind in (body.media_type, body.other) if kind},
        }
    return {
        "description": (body.__doc__ or "").strip(),
        "content": {"application/json": {"schema": {"$ref": SCHEMAS + body.__name__}}},
    }


def _refusals(kinds: Iterable[Kind]) -> Json:
    """One response for each status, with an example for each code that it can carry."""
    responses: Json = {}
    for kind in sorted(kinds, key=lambda kind: (kind.status, kind.code)):
        response = responses.setdefault(
            str(kind.status.value),
            {
                "description": kind.status.phrase,
                "content": {
                    "application/json": {"schema": {"$ref": SCHEMAS + "ErrorBody"}, "examples": {}}
                },
            },
        )
        response["content"]["application/json"]["examples"][kind.code] = {
            "value": error_body(kind, kind.meaning).model_dump()
        }
        if kind is refusals.OVERLOADED:
            seconds = {"type": "integer", "description": "Seconds"}
            response["headers"] = {"Retry-After": {"schema": seconds}}
    return responses
