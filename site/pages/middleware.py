"""A member's own clock and language for the length of a request."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone, translation


class MemberPreferences:
    """A stranger's request is not asked who they are: its answer may be kept for everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        member = request.user = get_user(request)  # nothing lazy to look through from here on
        if not member.is_authenticated:
            return self.get_response(request)
        clock = timezone.override(zone(member.timezone))
        with clock, translation.override(language(member.language)):
            return self.get_response(request)


def zone(name: str) -> ZoneInfo:
    """Return a time zone, UTC where the name means nothing."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def language(code: str) -> str:
    """Return a language the house speaks."""
    return code if translation.check_for_language(code) else settings.LANGUAGE_CODE
