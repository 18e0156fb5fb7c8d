"""The web process: pages by one handler, the thin doors by a second, lighter one."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")  # noqa: TID251 - Django's own way

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponseBase

from config.start import refuse_wrong_deployments, report_to_sentry

type_of_start_response = Callable[..., Any]


class Door(WSGIHandler):
    """Django's handler with the doors' short middleware list and their own URL table."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002
        kept = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.DOOR_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = kept

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        request.urlconf = settings.DOOR_URLCONF
        return super().get_response(request)


def build() -> Callable[[dict[str, Any], type_of_start_response], Iterable[bytes]]:
    """Start Django once and return the application that sends each path to its handler."""
    django.setup(set_prefix=False)
    refuse_wrong_deployments()
    report_to_sentry()
    pages, door, beats = WSGIHandler(), Door(), _counted_beats()
    prefixes = settings.DOOR_PREFIXES

    def application(
        environ: dict[str, Any], start_response: type_of_start_response
    ) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/beat/"):
            return beats(environ, start_response)
        handler = door if path.startswith(prefixes) else pages
        return handler(environ, start_response)

    return application


def _counted_beats() -> Callable[[dict[str, Any], type_of_start_response], Iterable[bytes]]:
    """Heartbeats are most of all requests: they leave out Django's handler, not the counting."""
    from config.operating.counters import count  # noqa: PLC0415 - after `django.setup`
    from core.progress import door_views  # noqa: PLC0415 - its models come after `django.setup`

    def application(
        environ: dict[str, Any], start_response: type_of_start_response
    ) -> Iterable[bytes]:
        began = time.perf_counter()

        def start(status: str, headers: list[tuple[str, str]]) -> Any:
            count("/beat/", int(status[:3]), time.perf_counter() - began)
            return start_response(status, headers)

        return door_views.application(environ, start)

    return application


application = build()
