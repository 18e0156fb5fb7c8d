"""Alive, ready, measured."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe

from .checks import vital_checks
from .metrics import CONTENT_TYPE, exposition


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Say that this process answers; nothing else is asked, so that a probe restarts only it."""
    return _plain("ok\n", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether what a page needs is there; the reasons only to who may read the metrics."""
    findings = {check.name: check.run() for check in vital_checks()}
    is_ready = all(health.ok for health in findings.values())
    status = 200 if is_ready else 503
    if not _may_look_inside(request):
        return _plain("ready\n" if is_ready else "not ready\n", status)
    shown = {name: {"ok": h.ok, "message": h.message} for name, h in findings.items()}
    answer = JsonResponse({"ready": is_ready, "checks": shown}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Give Prometheus its figures: by token, or from this machine where none is set."""
    if not _may_look_inside(request):
        return HttpResponseForbidden("Send METRICS_TOKEN as a bearer token.\n", "text/plain")
    answer = HttpResponse(exposition(), content_type=CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def _may_look_inside(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        offered = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(offered.encode(), settings.METRICS_TOKEN.encode())
    return _is_from_here(request)


def _is_from_here(request: HttpRequest) -> bool:
    """Tell loopback from the rest; a proxy's visitors come with a forwarding header."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip")):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _plain(words: str, status: int) -> HttpResponse:
    answer = HttpResponse(words, status=status, content_type="text/plain")
    answer["Cache-Control"] = "no-store"
    return answer
