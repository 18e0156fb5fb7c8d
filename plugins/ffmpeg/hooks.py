"""What the plugin answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.contract import hookimpl, settings_of
from core.contract.pieces import Health, HealthCheck
from core.jobs.errors import SandboxError

from . import machine
from .commands import binary
from .encoders import SECOND
from .profiles import NEVER
from .provider import Ffmpeg

NEEDED = ("libx264", "aac")


@hookimpl
def video_providers() -> Sequence[Ffmpeg]:
    return [Ffmpeg()]


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("ffmpeg", _can_encode), HealthCheck("graphics hardware", _hardware)]


def _can_encode() -> Health:
    remedy = _("Install the “embedded” extra, or set FFMPEG to an ffmpeg with libx264 and AAC.")
    try:
        known = machine.listed(binary())
    except SandboxError as error:
        return Health(ok=False, message=str(error), remedy=remedy)
    lacking = [name for name in NEEDED if f" {name} " not in known]
    if lacking:
        words = _("ffmpeg cannot encode %(names)s.") % {"names": ", ".join(lacking)}
        return Health(ok=False, message=words, remedy=remedy)
    return _second_or(_encodes())


def _encodes() -> str:
    found = ["H.264", "AAC", *(one.label for one in SECOND.values() if machine.has(one.name))]
    score = _("It measures quality (VMAF).") if machine.can_judge() else _("It has no VMAF.")
    return f"{_('ffmpeg encodes %(names)s.') % {'names': ', '.join(found)}} {score}"


def _second_or(words: str) -> Health:
    """Complain where a second codec was chosen that this ffmpeg does not have."""
    chosen = SECOND.get(settings_of("ffmpeg")["also"])
    if chosen is None or machine.has(chosen.name):
        return Health(ok=True, message=words)
    return Health(
        ok=False,
        message=_("ffmpeg cannot encode %(names)s.") % {"names": chosen.label},
        remedy=_("Choose “Nothing else” under “Also encode as”, or set FFMPEG to one that can."),
    )


def _hardware() -> Health:
    """Tell what encoded a second on this machine; having none is no fault."""
    if settings_of("ffmpeg")["hardware"] == NEVER:
        return Health(ok=True, message=_("Graphics hardware is switched off."))
    try:
        tried = machine.tried(binary())
    except SandboxError as error:
        return Health(ok=False, message=str(error), remedy=_("See the check “ffmpeg”."))
    works = [one.label for one, complaint in tried if not complaint]
    if works:
        words = _("%(name)s encodes here, tried by encoding a second.") % {"name": works[0]}
        return Health(ok=True, message=words)
    names = ", ".join(one.label for one, _complaint in tried) or _("none")
    words = _("No graphics hardware encodes here (tried: %(names)s); x264 does.")
    return Health(ok=True, message=words % {"names": names})
