"""What the thin doors say when nothing else answers: one line of text, no page, no template."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse


def bad_request(_request: HttpRequest, **_told: object) -> HttpResponse:
    return _line(HTTPStatus.BAD_REQUEST)


def permission_denied(_request: HttpRequest, **_told: object) -> HttpResponse:
    return _line(HTTPStatus.FORBIDDEN)


def page_not_found(_request: HttpRequest, **_told: object) -> HttpResponse:
    return _line(HTTPStatus.NOT_FOUND)


def server_error(_request: HttpRequest) -> HttpResponse:
    return _line(HTTPStatus.INTERNAL_SERVER_ERROR)


def _line(status: HTTPStatus) -> HttpResponse:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(status.phrase, status=status, content_type="text/plain", headers=headers)
