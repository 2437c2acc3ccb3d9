"""What the page asks the service, and what it says when there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT = httpx.Timeout(60, connect=3)  # seconds: a batch on a busy machine takes some
STATE_TIMEOUT = httpx.Timeout(3)
START = "Start it with `uv run bentoml serve`, or check its address in the sidebar."

Answer = dict[str, Any]  # as the service's document describes them


class ServiceError(Exception):
    """There is no answer; the text is a sentence for people, with what to do."""


class UnreachableError(ServiceError):
    """The service is not there, or does not answer in time."""


@dataclass(frozen=True)
class Service:
    """A service by its address, such as `http://localhost:3000`."""

    url: str

    def card(self) -> Answer:
        """What the model that is served says of itself: `GET /model`.

        Raises:
            ServiceError: nobody answers, or somebody else does.
        """
        card = self._ask("GET", "/model", timeout=STATE_TIMEOUT).json()
        if not isinstance(card, dict) or not {"version", "accuracy", "classes"} <= card.keys():
            raise self._stranger()
        return card

    def predict(self, picture: bytes, top_k: int = 3) -> Answer:
        """The answer for one picture.

        Raises:
            ServiceError: there is none; of a bad picture, the text says what is wrong with it.
        """
        files = {"image": picture}
        return self._json("/predict", files=files, data={"top_k": str(top_k)})

    def predict_batch(self, pictures: Sequence[bytes]) -> list[Answer]:
        """An answer, or `{"error": ...}`, for each of some pictures, in their order.

        Raises:
            ServiceError: there is none.
        """
        files = [("images", picture) for picture in pictures]
        results: list[Answer] = self._json("/predict_batch", files=files, data={"top_k": "1"})[
            "results"
        ]
        return results

    def explain(self, picture: bytes) -> bytes:
        """A PNG file that shows where in a picture the answer comes from.

        Raises:
            ServiceError: there is none.
        """
        return self._ask("POST", "/explain", files={"image": picture}).content

    def _json(self, path: str, **form: Any) -> Answer:
        answer: Answer = self._ask("POST", path, **form).json()
        return answer

    def _ask(self, method: str, path: str, timeout: httpx.Timeout = TIMEOUT, **form: Any) -> Any:
        try:
            response = httpx.request(method, self.url + path, timeout=timeout, **form)
        except httpx.ConnectError:
            raise UnreachableError(f"The service at {self.url} is not running. {START}") from None
        except httpx.TimeoutException:
            raise UnreachableError(
                f"The service at {self.url} takes too long to answer: it may be busy. "
                "Try again in a minute."
            ) from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise UnreachableError(
                f"The service at {self.url} broke off before it answered. {START}"
            ) from None
        try:
            content = (
                {} if "image/" in response.headers.get("content-type", "") else response.json()
            )
        except ValueError:
            raise self._stranger() from None
        if response.is_success:
            return response
        raise ServiceError(in_a_sentence(content))

    def _stranger(self) -> ServiceError:
        return ServiceError(
            f"What answers at {self.url} is not the service for traffic signs: check the address."
        )


def in_a_sentence(error: Any) -> str:
    """What the service says of a refusal, `{"error": {"message": ...}}`, as a sentence."""
    try:
        said = str(error["error"]["message"])
    except (LookupError, TypeError):
        said = "the service refused this, and did not say why"
    return said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")
