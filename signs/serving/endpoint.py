"""How a method of the service becomes an endpoint of the table."""

import functools
import inspect
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

import bentoml
from bentoml.validators import ContentType
from pydantic import BaseModel
from starlette.responses import Response

from signs.serving.routes import ROUTES, Encoded, Media


def endpoint(method: Callable[..., Awaitable[BaseModel | bytes | Encoded]]) -> Any:
    """Make a method the BentoML API that the table of routes has under its name.

    Args:
        method: takes the fields of the route's form by name, and returns what the route has for a
            success: its model, the bytes of its media type, or bytes that name theirs.

    Returns:
        `bentoml.api`'s description of the method.

    Raises:
        KeyError: the table has no such route.
    """
    route = ROUTES[f"/{method.__name__}"]
    success = route.success
    media_type = success.media_type if isinstance(success, Media) else "application/json"

    @functools.wraps(method)
    async def respond(*args: Any, **fields: Any) -> Response:
        content = await method(*args, **fields)
        # In one message: BentoML would send three, each through all of its layers.
        if isinstance(content, Encoded):
            return Response(content.data, media_type=content.media_type)
        body = content if isinstance(content, bytes) else content.model_dump_json()
        return Response(body, media_type=media_type)

    if not isinstance(success, Media):
        return bentoml.api(route=route.path, input_spec=route.form, output_spec=success)(respond)
    # BentoML reads what is not JSON off the signature: its client gets the path of a file.
    respond.__signature__ = inspect.signature(method).replace(  # type: ignore[attr-defined]
        return_annotation=Annotated[Path, ContentType(media_type)]
    )
    return bentoml.api(route=route.path, input_spec=route.form)(respond)
