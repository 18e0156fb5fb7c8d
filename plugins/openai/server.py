"""Speaks HTTP with OpenAI, or a server like it, and words what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import wait
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx
from anyio.from_thread import start_blocking_portal
from django.utils.translation import gettext as _

from core.contract.errors import Busy, TranscriberError

TIMEOUT = httpx.Timeout(600.0, connect=10.0)
LOOK_EVERY = 1.0  # seconds between looks whether the work is still wanted


@dataclass(frozen=True, slots=True)
class Server:
    """An address and a key."""

    base_url: str
    key: str

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Server:
        return cls(str(values["base_url"]).rstrip("/"), str(values["key"]))

    def models(self) -> set[str]:
        """Return the names of the models it offers."""
        with httpx.Client(**self._line()) as client:
            answer = _answered(lambda: client.get("/models", timeout=15.0))
        return {str(row.get("id")) for row in answer.get("data", ())}

    def transcribe(
        self, sound: bytes, form: Mapping[str, Any], beat: Callable[[], None]
    ) -> dict[str, Any]:
        """Send a sound and return what was heard; ``beat`` is called while it is waited for."""
        files = {"file": ("sound.wav", sound, "audio/wav")}

        async def asked() -> httpx.Response:
            async with httpx.AsyncClient(**self._line()) as client:
                return await client.post("/audio/transcriptions", data=dict(form), files=files)

        # Only a task lets go of its connection when it is cancelled: a thread would wait on.
        with start_blocking_portal() as portal:
            waiting = portal.start_task_soon(asked)
            try:
                while not wait({waiting}, LOOK_EVERY).done:
                    beat()
            except BaseException:
                waiting.cancel()
                raise
            return _answered(waiting.result)

    def _line(self) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.key}"}
        return {"base_url": self.base_url, "headers": headers, "timeout": TIMEOUT}


def _answered(ask: Callable[[], httpx.Response]) -> dict[str, Any]:
    try:
        response = ask()
    except httpx.HTTPError as error:
        raise Busy(_("The server cannot be reached: %(why)s") % {"why": error}) from error
    if response.status_code != HTTPStatus.OK:
        raise _refusal(response)
    try:
        answer = response.json()
    except ValueError as error:
        raise TranscriberError(_("This address does not speak OpenAI's API.")) from error
    if not isinstance(answer, dict):
        raise TranscriberError(_("This address does not speak OpenAI's API."))
    return answer


def _refusal(response: httpx.Response) -> Exception:
    status, said, code = response.status_code, *_said(response)
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return TranscriberError(_("The server refuses the key. Enter another one in Features."))
    if code == "insufficient_quota":
        return TranscriberError(_("The account has no money left. Top it up, then try again."))
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        busy = _("The server is busy (%(status)d %(said)s)") % {"status": status, "said": said}
        return Busy(busy, _after(response))
    words = _("The server refuses this sound: %(said)s Upload captions instead, or ask again.")
    return TranscriberError(words % {"said": said or status})


def _after(response: httpx.Response) -> float:
    """Read ``Retry-After`` (RFC 9110): seconds, or a date."""
    told = response.headers.get("retry-after", "").strip()
    if told.isdecimal():
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
    except ValueError:
        return 0.0
    return max(moment.timestamp() - time.time(), 0.0)


def _said(response: httpx.Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return str(error.get("message") or "")[:300], str(error.get("code") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""
