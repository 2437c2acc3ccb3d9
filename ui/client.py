"""Requests to the service, and what the page says when one fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, BinaryIO

import httpx

from signs.catalog.language import Language
from ui.language import MESSAGES, say, say_in
from ui.proxies import ProxyError, client_for, proxy_note

TIMEOUT = httpx.Timeout(60, connect=3)  # seconds: for a batch on a busy machine
STATE_TIMEOUT = httpx.Timeout(3)
NOT_SHOWN = "not_shown"  # the code of what the page itself cannot read
EVERYTHING = {"min_score": "0"}  # the signs of a scene that are not recognized too

Answer = dict[str, Any]  # as the service's API document describes it


class ServiceError(Exception):
    """The service gave no answer; the text is a sentence for people that says what to do.

    Attributes:
        status: HTTP status of the refusal; 0 where the service did not refuse.
        refusal: what it then answered.
    """

    def __init__(self, sentence: str, status: int = 0, refusal: Answer | None = None) -> None:
        self.status = status
        self.refusal = refusal or {}
        super().__init__(sentence)

    @property
    def too_much(self) -> bool:
        """Whether a smaller request may be answered."""
        return self.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    @property
    def of_the_image(self) -> bool:
        """Whether the service would answer for another image."""
        return self.too_much or self.status in (
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )


@dataclass(frozen=True)
class Service:
    """A service at an address such as `http://localhost:3000`."""

    url: str

    def card(self) -> Answer:
        """Describe the model that the service runs: `GET /model`.

        Raises:
            ServiceError: nothing answers at the address, or another server does.
        """
        return self._json("GET", "/model", "version accuracy data test_data classes", STATE_TIMEOUT)

    def predict(self, image: bytes, top_k: int = 3) -> Answer:
        """Answer for one image.

        Raises:
            ServiceError: there is no answer; the text says why, and what is wrong with a bad image.
        """
        data = {"top_k": str(top_k)}
        needed = "recognized classes"
        return self._json("POST", "/predict", needed, files={"image": image}, data=data)

    def predict_batch(self, images: Sequence[bytes]) -> list[Answer]:
        """Answer for several images, in their order: an answer or `{"error": ...}` for each.

        Raises:
            ServiceError: there is no answer.
        """
        return self._batch("/predict_batch", images, {"top_k": "1"})

    def detect(self, image: bytes) -> Answer:
        """Find the signs of one scene, those too that are not recognized.

        Raises:
            ServiceError: as `predict`.
        """
        needed = "width height signs"
        return self._json("POST", "/detect", needed, files={"image": image}, data=EVERYTHING)

    def detect_batch(self, images: Sequence[bytes]) -> list[Answer]:
        """The same for several: an answer or `{"error": ...}` for each.

        Raises:
            ServiceError: there is no answer.
        """
        return self._batch("/detect_batch", images, EVERYTHING)

    def explain(self, image: bytes) -> bytes:
        """Show which parts of an image the answer depends on: a PNG file.

        Raises:
            ServiceError: there is no answer.
        """
        return self._bytes("POST", "/explain", "image/png", files={"image": image})

    def begin_clip(self, clip: BinaryIO, lang: Language = Language.ENGLISH) -> str:
        """Send a clip.

        Args:
            lang: of the names that are drawn into it.

        Returns:
            The id of the job that reads it.

        Raises:
            ServiceError: it is not taken.
        """
        data = {} if lang is Language.ENGLISH else {"lang": lang.value}  # older ones lack it
        return str(self._json("POST", "/track", "id status", files={"clip": clip}, data=data)["id"])

    def clip_status(self, job: str) -> Answer:
        """How far a job is.

        Raises:
            ServiceError: there is no answer, or no such job.
        """
        needed = "status progress read_s duration_s left_s before error"
        return self._json("GET", f"/track/{job}", needed, STATE_TIMEOUT)

    def cancel_clip(self, job: str) -> None:
        """End a job.

        Raises:
            ServiceError: as `clip_status`.
        """
        self._json("POST", f"/track/{job}/cancel", "status", STATE_TIMEOUT)

    def clip_signs(self, job: str) -> Answer:
        """The signs of a job's clip.

        Raises:
            ServiceError: as `clip_status`, or the clip cannot be read.
        """
        return self._json("GET", f"/track/{job}/result", "signs duration_s error")

    def drawn_clip(self, job: str) -> bytes:
        """A job's clip with the signs drawn into it: an MP4 file.

        Raises:
            ServiceError: as `clip_signs`.
        """
        return self._bytes("GET", f"/track/{job}/clip", "video/mp4")

    def _bytes(self, method: str, path: str, kind: str, **form: Any) -> bytes:
        """An answer of a media type."""
        response = self._ask(method, path, **form)
        if response.headers.get("content-type") != kind:
            raise self._not_the_service()
        return response.content

    def _batch(self, path: str, images: Sequence[bytes], data: dict[str, str]) -> list[Answer]:
        files = [("images", image) for image in images]
        answer = self._json("POST", path, "results", files=files, data=data)
        if len(answer["results"]) != len(images):
            raise self._not_the_service()
        results: list[Answer] = answer["results"]
        return results

    def _json(
        self, method: str, path: str, needed: str, timeout: httpx.Timeout = TIMEOUT, **form: Any
    ) -> Answer:
        """The JSON object in the answer.

        Args:
            needed: keys that it must have, separated by spaces.
        """
        content = _content(self._ask(method, path, timeout, **form))
        if not isinstance(content, dict) or not set(needed.split()) <= content.keys():
            raise self._not_the_service()
        return content

    def _ask(
        self, method: str, path: str, timeout: httpx.Timeout = TIMEOUT, **form: Any
    ) -> httpx.Response:
        if not self.url.startswith(("http://", "https://")):
            raise ServiceError(say("client.scheme"))
        try:
            client = client_for(self.url)
            response = client.request(method, self.url + path, timeout=timeout, **form)
        except ProxyError as error:
            raise ServiceError(say("client.not_asked", url=self.url, reason=error)) from None
        except httpx.ConnectError:
            said = say("client.not_running", url=self.url, start=say("client.start"))
            raise ServiceError(said + proxy_note(self.url)) from None
        except httpx.TimeoutException:
            raise ServiceError(say("client.too_long", url=self.url)) from None
        except httpx.HTTPError:
            said = say("client.closed", url=self.url, start=say("client.start"))
            raise ServiceError(said + proxy_note(self.url)) from None
        except (httpx.InvalidURL, ValueError):  # impossible names are UnicodeErrors
            raise ServiceError(say("client.bad_address", url=self.url)) from None
        if response.is_success:
            return response
        content = _content(response)
        if not isinstance(content, dict) or "error" not in content:
            raise self._not_the_service()
        raise ServiceError(in_a_sentence(content), response.status_code, content)

    def _not_the_service(self) -> ServiceError:
        return ServiceError(say("client.another_server", url=self.url) + proxy_note(self.url))


def in_a_sentence(error: Any, lang: Language | None = None) -> str:
    """The message of a refusal, `{"error": {"code": ..., "message": ...}}`, as a sentence.

    Args:
        lang: its language; None for that of the page.
    """
    try:
        said, code = str(error["error"]["message"]), str(error["error"].get("code"))
    except (LookupError, TypeError, AttributeError):
        return _sentence(say_in(lang, "client.no_reason"))
    if code == NOT_SHOWN:
        return say_in(lang, "image.unreadable", reason=said)
    known = code if code in MESSAGES["refused"] else "other"
    return say_in(lang, f"refused.{known}", message=_sentence(said))


def _sentence(said: str) -> str:
    return said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")


def _content(response: httpx.Response) -> Any:
    """The JSON of an answer; None where it is not JSON."""
    try:
        return response.json()
    except ValueError:
        return None
