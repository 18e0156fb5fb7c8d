"""The web process: pages by one handler, the thin doors by a second, lighter one."""

from __future__ import annotations

import os
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
    pages, door = WSGIHandler(), Door()
    prefixes = settings.DOOR_PREFIXES

    def application(
        environ: dict[str, Any], start_response: type_of_start_response
    ) -> Iterable[bytes]:
        handler = door if environ["PATH_INFO"].startswith(prefixes) else pages
        return handler(environ, start_response)

    return application


application = build()
