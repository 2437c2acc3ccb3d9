"""Services that do nothing: what BentoML itself costs, on as many workers as ours has.

uv run bentoml serve benchmarks.serving.empty:Shipped
"""

from pathlib import Path

import bentoml

from signs.serving.settings import read_settings

WORKERS = read_settings().workers


@bentoml.service(workers=WORKERS)
class Shipped:
    """As BentoML comes."""

    @bentoml.api
    async def predict(self, image: Path, top_k: int = 3) -> dict[str, float]:
        """Nothing, of an image."""
        return {}


@bentoml.service(
    workers=WORKERS,
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
    tracing={"excluded_urls": [".*"]},
)
class Configured:
    """With the configuration of `service.py`."""

    @bentoml.api
    async def predict(self, image: Path, top_k: int = 3) -> dict[str, float]:
        """Nothing, of an image."""
        return {}
