"""A wrong deployment is a check with a hint, not a stack trace."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004

from core.usage.prices import price_of_hour

DEPLOYMENT = "deployment"


@register(DEPLOYMENT)
def deployment(**_: Any) -> list[CheckMessage]:
    return list(_deployment()) if settings.IS_PRODUCTION else []


def _deployment() -> Iterator[CheckMessage]:
    if settings.SECRET_KEY_IS_MISSING:
        yield Error(
            "SECRET_KEY is not set.",
            hint="Set it to 50 or more random characters and keep it: "
            "`python -c 'import secrets; print(secrets.token_urlsafe(50))'`.",
            id="lectern.E001",
        )
    if settings.DATABASE_IS_MISSING:
        yield Error(
            "DATABASE_URL is not set.",
            hint="Set it like postgres://user:password@host:5432/name.",
            id="lectern.E002",
        )
    if settings.REDIS_IS_MISSING:
        yield Error(
            "REDIS_URL is not set.",
            hint="Set it like redis://:password@host:6379/0.",
            id="lectern.E003",
        )
    if not settings.WAGTAILADMIN_BASE_URL.startswith("https://"):
        yield Error(
            "BASE_URL is not an https address.",
            hint="Set BASE_URL=https://members.example.com: links in mails and cookies need it.",
            id="lectern.E004",
        )
    if settings.EMAIL_IS_MISSING:
        yield Warning(
            "EMAIL_URL is not set: mails are written to the log and sent to nobody.",
            hint="Set it like smtp+tls://user:password@host:587.",
            id="lectern.W001",
        )
    if settings.CPU_HOUR_PRICE and price_of_hour() is None:
        yield Warning(
            "CPU_HOUR_PRICE is no price: reports show none for your own machines.",
            hint="Set it to dollars like 0.04, or leave it empty.",
            id="lectern.W002",
        )
