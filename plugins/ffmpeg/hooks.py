"""What the plugin answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.contract import hookimpl
from core.contract.pieces import Health, HealthCheck
from core.jobs import sandbox
from core.jobs.errors import SandboxError

from .commands import binary
from .provider import Ffmpeg

ENCODERS = ("libx264", " aac ")


@hookimpl
def video_providers() -> Sequence[Ffmpeg]:
    return [Ffmpeg()]


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("ffmpeg", _can_encode)]


def _can_encode() -> Health:
    remedy = _("Install the “embedded” extra, or set FFMPEG to an ffmpeg with libx264 and AAC.")
    try:
        known = sandbox.run([binary(), "-hide_banner", "-encoders"], capture=True).stdout
    except SandboxError as error:
        return Health(ok=False, message=str(error), remedy=remedy)
    lacking = [name.strip() for name in ENCODERS if name not in known]
    if lacking:
        words = _("ffmpeg cannot encode %(names)s.") % {"names": ", ".join(lacking)}
        return Health(ok=False, message=words, remedy=remedy)
    return Health(ok=True, message=_("ffmpeg encodes H.264 and AAC."))
