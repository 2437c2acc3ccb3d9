"""What the page asks the service, and what it says when there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import httpx

TIMEOUT = httpx.Timeout(60, connect=3)  # seconds: a batch on a busy machine takes some
STATE_TIMEOUT = httpx.Timeout(3)
START = "Start it with `uv run bentoml serve`, or check its address: the sidebar shows it."

Answer = dict[str, Any]  # as the service's document describes them


class ServiceError(Exception):
    """There is no answer; the text is a sentence for people, with what to do.

    Attributes:
        status: of the refusal; 0 where nobody refused.
    """

    def __init__(self, sentence: str, status: int = 0) -> None:
        self.status = status
        super().__init__(sentence)

    @property
    def too_much(self) -> bool:
        """Whether less at once may be answered."""
        return self.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@dataclass(frozen=True)
class Service:
    """A service by its address, such as `http://localhost:3000`."""

    url: str

    def card(self) -> Answer:
        """What the model that is served says of itself: `GET /model`.

        Raises:
            ServiceError: nobody answers, or somebody else does.
        """
        return self._json("GET", "/model", "version accuracy data test_data", STATE_TIMEOUT)

    def predict(self, picture: bytes, top_k: int = 3) -> Answer:
        """The answer for one picture.

        Raises:
            ServiceError: there is none; of a bad picture, the text says what is wrong with it.
        """
        data = {"top_k": str(top_k)}
        needed = "recognized classes"
        return self._json("POST", "/predict", needed, files={"image": picture}, data=data)

    def predict_batch(self, pictures: Sequence[bytes]) -> list[Answer]:
        """An answer, or `{"error": ...}`, for each of some pictures, in their order.

        Raises:
            ServiceError: there is none.
        """
        files = [("images", picture) for picture in pictures]
        answer = self._json("POST", "/predict_batch", "results", files=files, data={"top_k": "1"})
        if len(answer["results"]) != len(pictures):
            raise self._stranger()
        results: list[Answer] = answer["results"]
        return results

    def explain(self, picture: bytes) -> bytes:
        """A PNG file that shows where in a picture the answer comes from.

        Raises:
            ServiceError: there is none.
        """
        response = self._ask("POST", "/explain", files={"image": picture})
        if response.headers.get("content-type") != "image/png":
            raise self._stranger()
        return response.content

    def _json(
        self, method: str, path: str, needed: str, timeout: httpx.Timeout = TIMEOUT, **form: Any
    ) -> Answer:
        """The JSON object that answers, with the keys that are needed."""
        content = _content(self._ask(method, path, timeout, **form))
        if not isinstance(content, dict) or not set(needed.split()) <= content.keys():
            raise self._stranger()
        return content

    def _ask(
        self, method: str, path: str, timeout: httpx.Timeout = TIMEOUT, **form: Any
    ) -> httpx.Response:
        if not self.url.startswith(("http://", "https://")):
            raise ServiceError("The service's address has to begin with http:// or https://.")
        try:
            response = _client().request(method, self.url + path, timeout=timeout, **form)
        except httpx.ConnectError:
            raise ServiceError(f"The service at {self.url} is not running. {START}") from None
        except httpx.TimeoutException:
            raise ServiceError(
                f"The service at {self.url} takes too long to answer: it may be busy. "
                "Try again in a minute."
            ) from None
        except httpx.HTTPError:
            raise ServiceError(
                f"The service at {self.url} broke off before it answered. {START}"
            ) from None
        except (httpx.InvalidURL, ValueError):  # names that cannot be are UnicodeErrors
            raise ServiceError(f"{self.url} is no address: check it in the sidebar.") from None
        if response.is_success:
            return response
        content = _content(response)
        if not isinstance(content, dict) or "error" not in content:
            raise self._stranger()
        raise ServiceError(in_a_sentence(content), response.status_code)

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


def _content(response: httpx.Response) -> Any:
    """The JSON of an answer; None where it is none."""
    try:
        return response.json()
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _client() -> httpx.Client:
    return httpx.Client()
