"""The API's own document, OpenAPI 3.1, with every path and every status that the service sends."""

import json
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from signs.serving import refusals
from signs.serving.forms import DEFAULT_TOP_K
from signs.serving.refusals import ErrorBody, Kind, error_body
from signs.serving.responses import BatchPrediction, ModelDescription, Prediction

API_VERSION = "1.1.0"
SCHEMAS = "#/components/schemas/"
DESCRIPTION = """\
Names the German traffic sign in a picture. Pictures are crops of one sign with a border of about a
tenth of the side: JPEG, PNG, WebP, BMP, PPM, or the first frame of a GIF.

Everything that is no success answers `{"error": {"code": ..., "message": ...}}`."""
UPLOAD_ERRORS = (
    refusals.BAD_FORM, refusals.MISSING_FIELD, refusals.UNKNOWN_FIELD, refusals.NOT_A_FILE,
    refusals.UNKNOWN_PARAMETER, refusals.TOO_SLOW, refusals.BODY_TOO_LARGE,
    refusals.NOT_MULTIPART, refusals.TOO_MANY_IMAGES, refusals.OVERLOADED, refusals.INTERNAL,
)  # fmt: skip
IMAGE_ERRORS = (refusals.UNKNOWN_FORMAT, refusals.BAD_IMAGE)

Json = dict[str, Any]
TEXT: Json = {
    "description": "Plain text.",
    "content": {"text/plain": {"schema": {"type": "string"}}},
}

PICTURE: Json = {
    "description": "The picture, and beside it the same, bright where covering it changes the "
    "answer most.",
    "content": {"image/png": {"schema": {"type": "string", "format": "binary"}}},
}


def document(num_classes: int, max_batch: int) -> Json:
    """The document as JSON.

    Args:
        num_classes: that the model tells apart: the largest `top_k`.
        max_batch: images that one request may hold.
    """
    _, schemas = models_json_schema(
        [
            (model, "serialization")
            for model in (Prediction, BatchPrediction, ModelDescription, ErrorBody)
        ],
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
        "tags": [{"name": "signs"}, {"name": "operation"}],
        "paths": {
            **_uploads(num_classes, max_batch),
            "/model": _read(
                "model", "signs", "What the model file says of itself", _success(ModelDescription),
                refusals.UNKNOWN_PARAMETER,
            ),
            "/livez": _read("livez", "operation", "Whether the process answers", TEXT),
            "/readyz": _read(
                "readyz", "operation", "Whether it can take requests", TEXT, refusals.NOT_READY
            ),
            "/metrics": _read("metrics", "operation", "Counts and times, for Prometheus", TEXT),
        },
        "components": {"schemas": schemas["$defs"]},
    }  # fmt: skip


def as_text(described: Json) -> str:
    """The document as the service sends it, and as it is committed."""
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _uploads(num_classes: int, max_batch: int) -> Json:
    file = {"type": "string", "contentMediaType": "application/octet-stream", "format": "binary"}
    files = {"type": "array", "items": file, "minItems": 1, "maxItems": max_batch}
    top_k = {
        "top_k": {
            "type": "integer",
            "minimum": 1,
            "maximum": num_classes,
            "default": DEFAULT_TOP_K,
            "description": "How many classes to name.",
        }
    }

    def upload(
        name: str, summary: str, files: Json, others: Json, success: Json, *kinds: Kind
    ) -> Json:
        form = {
            "type": "object",
            "properties": {**files, **others},
            "required": list(files),
            "additionalProperties": False,
        }
        content = {"multipart/form-data": {"schema": form}}
        return {
            "post": {
                "operationId": name,
                "tags": ["signs"],
                "summary": summary,
                "requestBody": {"required": True, "content": content},
                "responses": {"200": success, **_refusals((*UPLOAD_ERRORS, *kinds))},
            }
        }

    return {
        "/predict": upload(
            "predict", "Name the sign in a picture", {"image": file}, top_k, _success(Prediction),
            refusals.BAD_TOP_K, *IMAGE_ERRORS,
        ),
        "/predict_batch": upload(
            "predict_batch", "Name the sign in each of some pictures", {"images": files}, top_k,
            _success(BatchPrediction), refusals.BAD_TOP_K,
        ),
        "/explain": upload(
            "explain", "Show where in a picture the answer comes from", {"image": file}, {},
            PICTURE, *IMAGE_ERRORS,
        ),
    }  # fmt: skip


def _read(name: str, tag: str, summary: str, success: Json, *kinds: Kind) -> Json:
    return {
        "get": {
            "operationId": name,
            "tags": [tag],
            "summary": summary,
            "responses": {"200": success, **_refusals((*kinds, refusals.INTERNAL))},
        }
    }


def _success(model: type[BaseModel]) -> Json:
    return {
        "description": (model.__doc__ or "").strip(),
        "content": {"application/json": {"schema": {"$ref": SCHEMAS + model.__name__}}},
    }


def _refusals(kinds: tuple[Kind, ...]) -> Json:
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
