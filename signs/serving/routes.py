"""The table of routes: one entry for each endpoint of the service.

The guard, the counts of `/metrics`, the API's document, the pages and `service.py` take what they
know of an endpoint from here. A new endpoint is an entry in `ROUTES`, a form in
`signs.serving.forms` or a body in `signs.serving.responses`, and a method that does the work.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from signs.serving import refusals
from signs.serving.clip_forms import ClipForm
from signs.serving.clip_responses import ClipSigns, ClipStatus
from signs.serving.forms import (
    AnnotateForm,
    ExplainForm,
    Form,
    ImageForm,
    ImagesForm,
    SceneForm,
    ScenesForm,
)
from signs.serving.model_responses import ModelDescription
from signs.serving.refusals import Kind
from signs.serving.responses import BatchPrediction, Prediction
from signs.serving.scene_responses import BatchSceneSigns, SceneSigns

# What any endpoint with a form can refuse, whatever the form.
FORM_REFUSALS = (
    refusals.BAD_FORM, refusals.MISSING_FIELD, refusals.UNKNOWN_FIELD, refusals.NOT_A_FILE,
    refusals.UNKNOWN_PARAMETER, refusals.TOO_SLOW, refusals.BODY_TOO_LARGE,
    refusals.NOT_MULTIPART, refusals.TOO_MANY_IMAGES, refusals.OVERLOADED,
)  # fmt: skip
ID = "{id}"  # what stands for a job in a path
JOB_REFUSALS = (refusals.NO_JOB, refusals.NO_DETECTOR, refusals.UNKNOWN_PARAMETER)
IMAGE_REFUSALS = (refusals.UNKNOWN_FORMAT, refusals.BAD_IMAGE)


@dataclass(frozen=True, slots=True)
class Media:
    """The body of a success that is not JSON of ours.

    Attributes:
        media_type: such as "image/png".
        description: a sentence for the API's document.
        other: the media type that some answers have instead; None where all have the one.
        in_parts: whether a part of it can be asked for, by the header `Range`.
    """

    media_type: str
    description: str
    other: str | None = None
    in_parts: bool = False


@dataclass(frozen=True, slots=True)
class Encoded:
    """A body whose media type is one of two that the route has.

    Attributes:
        data: the bytes.
        media_type: of them.
    """

    data: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint.

    Attributes:
        path: no two routes share one; `{id}` in it stands for anything without a slash.
        method: of HTTP.
        summary: a line for the API's document.
        success: the body of its successes: the model of a JSON document, or something else.
        tag: the heading in the API's document; None for what is not part of the API.
        form: what a request has to hold; None where a request has no body.
        refusals: the kinds that it can answer, beside those that every route or its form implies.
    """

    path: str
    method: Literal["GET", "POST"]
    summary: str
    success: type[BaseModel] | Media
    tag: Literal["signs", "operation"] | None = "signs"
    form: type[Form] | None = None
    refusals: tuple[Kind, ...] = ()

    @property
    def name(self) -> str:
        """Of the operation in the API's document, and of the method of the service."""
        return re.sub(r"[{}]", "", self.path.strip("/")).replace("/", "_")

    @property
    def all_refusals(self) -> frozenset[Kind]:
        """Every kind of refusal that it can answer."""
        kinds = {*self.refusals, refusals.INTERNAL}
        if self.form:
            kinds |= {*FORM_REFUSALS, *(field.kind for field in self.form.text_fields().values())}
        return frozenset(kinds)

    @property
    def takes_query(self) -> bool:
        """Whether a query string is let through; otherwise it is refused."""
        return refusals.UNKNOWN_PARAMETER not in self.all_refusals


Routes = Mapping[str, Route]


def route_of(routes: Routes, path: str) -> Route | None:
    """The route that a request's path is of; None for any other path."""
    if path in routes or path.count("/") == 1:
        return routes.get(path)
    parts = path.split("/")
    for route in routes.values():
        own = route.path.split("/")
        if len(own) == len(parts) and all(
            mine == given or (mine == ID and given) for mine, given in zip(own, parts, strict=True)
        ):
            return route
    return None


TEXT = Media("text/plain", "Plain text.")
ROUTES: Routes = {
    route.path: route
    for route in (
        Route(
            "/predict", "POST", "Name the sign in a picture", Prediction,
            form=ImageForm, refusals=IMAGE_REFUSALS,
        ),
        Route(
            "/predict_batch", "POST", "Name the sign in each of several pictures", BatchPrediction,
            form=ImagesForm,
        ),
        Route(
            "/explain", "POST", "Show which parts of a picture the answer rests on",
            Media(
                "image/png",
                "The picture, and beside it the same, bright where covering it changes the answer "
                "most.",
            ),
            form=ExplainForm, refusals=IMAGE_REFUSALS,
        ),
        Route(
            "/detect", "POST", "Find and name the signs in a whole picture", SceneSigns,
            form=SceneForm, refusals=(*IMAGE_REFUSALS, refusals.NO_DETECTOR),
        ),
        Route(
            "/detect_batch", "POST", "Find and name the signs in each of several pictures",
            BatchSceneSigns, form=ScenesForm, refusals=(refusals.NO_DETECTOR,),
        ),
        Route(
            "/annotate", "POST", "Draw the signs into a whole picture",
            Media(
                "image/jpeg",
                "The picture with boxes and names. A JPEG; a PNG where the picture came as PNG, "
                "BMP, PPM or GIF.",
                "image/png",
            ),
            form=AnnotateForm, refusals=(*IMAGE_REFUSALS, refusals.NO_DETECTOR),
        ),
        Route(
            "/track", "POST", "Follow the signs of a clip: begins a job", ClipStatus,
            form=ClipForm, refusals=(refusals.UNKNOWN_FORMAT, refusals.NO_DETECTOR),
        ),
        Route(
            "/track/{id}", "GET", "How far a job is", ClipStatus, refusals=JOB_REFUSALS,
        ),
        Route(
            "/track/{id}/result", "GET", "The signs of a job's clip", ClipSigns,
            refusals=(*JOB_REFUSALS, refusals.NO_RESULT, refusals.BAD_CLIP),
        ),
        Route(
            "/track/{id}/clip", "GET", "A job's clip with the signs drawn into it",
            Media("video/mp4", "H.264 without sound.", in_parts=True),
            refusals=(*JOB_REFUSALS, refusals.NO_RESULT, refusals.BAD_CLIP),
        ),
        Route(
            "/track/{id}/cancel", "POST", "End a job; what was found until then is kept",
            ClipStatus, refusals=JOB_REFUSALS,
        ),
        Route(
            "/model", "GET", "What the model files say of themselves", ModelDescription,
            refusals=(refusals.UNKNOWN_PARAMETER,),
        ),
        # BentoML answers these two.
        Route("/livez", "GET", "Whether the process answers", TEXT, "operation"),
        Route(
            "/readyz", "GET", "Whether it can take requests", TEXT, "operation",
            refusals=(refusals.NOT_READY,),
        ),
        Route("/metrics", "GET", "Counts and times, for Prometheus", TEXT, "operation"),
        Route("/docs.json", "GET", "This document", Media("application/json", "OpenAPI."), None),
        Route("/", "GET", "The document as a page", Media("text/html", "A page."), None),
    )
}  # fmt: skip
