"""What the plugin answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.contract import hookimpl
from core.contract.pieces import Health, HealthCheck

from .transcriber import OfflineSpeech, model_folder


@hookimpl
def transcribers() -> Sequence[OfflineSpeech]:
    return [OfflineSpeech()] if model_folder() else []


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("offline_speech", _is_there)]


def _is_there() -> Health:
    remedy = _("Install the “speech” extra, or switch the plugin off in Features.")
    if model_folder() is None:
        words = _("The speech model is not installed: nobody writes transcripts offline.")
        return Health(ok=False, message=words, remedy=remedy)
    return Health(ok=True, message=_("The speech model is there (English)."))
