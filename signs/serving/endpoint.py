"""How a method of the service becomes an endpoint of the table."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import bentoml
from bentoml.validators import ContentType
from starlette.responses import Response

from signs.serving.routes import ROUTES, Media

Method = Callable[..., Coroutine[Any, Any, Response]]


def endpoint(method: Method) -> Any:
    """Make a method the BentoML API that the table of routes has under its name.

    Args:
        method: takes the fields of the route's form by name.

    Returns:
        `bentoml.api`'s description of the method.

    Raises:
        KeyError: there is no such route.
    """
    route = ROUTES[f"/{method.__name__}"]
    if isinstance(route.success, Media):
        # BentoML reads what is not JSON off the annotation: its client gets the path of a file.
        method.__annotations__["return"] = Annotated[Path, ContentType(route.success.media_type)]
        return bentoml.api(route=route.path, input_spec=route.form)(method)
    return bentoml.api(route=route.path, input_spec=route.form, output_spec=route.success)(method)
