"""What a long-running process does before it serves: refuse a wrong deployment, tell Sentry."""

from __future__ import annotations

import sys

from django.conf import settings
from django.core.checks import ERROR, run_checks

from config.checks import DEPLOYMENT


def refuse_wrong_deployments() -> None:
    """Leave with the checks' hints, worded for an operator, when a setting is missing."""
    errors = [message for message in run_checks(tags=[DEPLOYMENT]) if message.level >= ERROR]
    if not errors:
        return
    lines = [f"  {error.msg}\n    {error.hint or ''}".rstrip() for error in errors]
    sys.exit("Lectern does not start:\n" + "\n".join(lines))


def report_to_sentry() -> None:
    """Send failures to Sentry where a DSN is set; never a body, a cookie or an address."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk  # noqa: PLC0415 - 60 ms that a deployment without a DSN does not pay

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.RELEASE,
        send_default_pii=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
    )
