"""One live web process over a database of its own, and somebody who asks it raw questions."""

from __future__ import annotations

import http.client
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings
from django.test import override_settings

from config.embedded.ports import free_port
from config.embedded.valkey import Valkey
from config.supervisor.children import site_children
from tests.conftest import clone_of_template, drop
from tests.stack import Stack, _collect_static, _url_of

KEYS = ["only for drills"]


@dataclass
class Web(Stack):
    """The web process alone: no worker, no scheduler."""

    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        same = {"SECRET_KEY": settings.SECRET_KEY, "PLAYBACK_KEYS": ",".join(KEYS)}
        return {**super().env, **same, **self.more}

    def start(self) -> None:
        all_children = site_children(
            env=self.env, logs=self.folder / "logs", host="127.0.0.1", port=self.port
        )
        self.children = [child for child in all_children if child.name == "web"]
        self.child("web").start()
        self.wait_until_it_answers()


@contextmanager
def web_process(folder: Path, blocker, **more: str) -> Iterator[Web]:
    """Run the web process; inside, this process reads and writes the same rows and files."""
    with blocker.unblock():
        database = clone_of_template("drill")
    valkey = Valkey(folder / "redis", free_port(), secrets.token_hex(16), folder / "redis.log")
    valkey.start()
    web = Web(folder, _url_of(database), valkey.url(), free_port(), more=more)
    try:
        _collect_static(web)
        web.start()
        with web.database(blocker), override_settings(PLAYBACK_KEYS=KEYS):
            yield web
    finally:
        web.stop()
        valkey.stop()
        with blocker.unblock():
            drop(database)


class Asker:
    """Sends a path as it stands: no client tidies it up."""

    def __init__(self, port: int, **headers: str) -> None:
        self.port, self.headers = port, headers
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> SimpleNamespace:
        wanted = {"Host": f"localhost:{self.port}", **self.headers, **(headers or {})}
        try:
            answer = self._ask(path, method, wanted)
        except (http.client.HTTPException, ConnectionError):  # the server hung up: ask anew
            self.line.close()
            answer = self._ask(path, method, wanted)
        return answer

    def close(self) -> None:
        self.line.close()

    def _ask(self, path: str, method: str, headers: Mapping[str, str]) -> SimpleNamespace:
        self.line.putrequest(method, "/", skip_host=True, skip_accept_encoding=True)
        self.line._buffer[0] = f"{method} {path} HTTP/1.1".encode("latin-1")
        for name, value in headers.items():
            self.line.putheader(name, value)
        if method in {"POST", "PUT", "PATCH"}:
            self.line.putheader("Content-Length", "0")
        self.line.endheaders()
        response = self.line.getresponse()
        return SimpleNamespace(
            status=response.status, headers=response.headers, body=response.read()
        )
