"""What the service answers to a GET: its pages, the API's document, the model, the counts."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route as StarletteRoute

from signs.inference.detector_info import DetectorInfo
from signs.inference.model_info import ModelInfo
from signs.serving.clips.answers import job_answers
from signs.serving.clips.store import ClipStore
from signs.serving.model_responses import describe_model
from signs.serving.openapi import as_text, document
from signs.serving.refusals import Refusal
from signs.serving.routes import ROUTES
from signs.serving.telemetry import exposition

# BentoML's own page, but without its request to an outside tag manager.
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>German traffic signs: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="./static_content/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="./static_content/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({url: "./docs.json", dom_id: "#swagger-ui", deepLinking: true,
                 validatorUrl: null, tryItOutEnabled: true});
</script>
</body>
</html>
"""


def make_pages(
    info: ModelInfo, detector: DetectorInfo | None, max_batch: int, clips: ClipStore | None
) -> Starlette:
    """The application that answers for the paths that are not BentoML's.

    Args:
        info: of the model that is served.
        detector: of the detector beside it; None where there is none.
        max_batch: images that one request may hold.
        clips: the jobs; None where there is no detector, and so no job.
    """
    described = as_text(document(ROUTES, len(info.label_space), max_batch))
    description = describe_model(info, detector).model_dump_json()

    def page(request: Request) -> Response:
        return HTMLResponse(PAGE)

    def docs(request: Request) -> Response:
        return Response(described, media_type="application/json")

    def model(request: Request) -> Response:
        return Response(description, media_type="application/json")

    def metrics(request: Request) -> Response:
        text, media_type = exposition(info.reference)
        return Response(text, media_type=media_type)

    answers = {"/": page, "/docs.json": docs, "/model": model, "/metrics": metrics}
    return Starlette(
        routes=[
            StarletteRoute(path, answer, methods=[ROUTES[path].method])
            for path, answer in (answers | job_answers(clips)).items()
        ],
        exception_handlers={Refusal: _refuse},
    )


def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return Response(error.body.model_dump_json(), error.kind.status, media_type="application/json")
