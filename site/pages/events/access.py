"""Refuses a replay before its session is over and after its time, on its event's page alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.contract.pieces import Refusal
from core.media.models import Asset

from ..models import Event
from .queries import is_expired


def against_replay(thing: Any, page: Page | None, at: datetime) -> Refusal | None:
    """Say why an asset is not shown on an event's page yet, or any more, or nothing."""
    if not isinstance(thing, Asset) or page is None or page.specific_class is not Event:
        return None
    event = page if isinstance(page, Event) else Event.objects.filter(pk=page.pk).first()
    if event is None or event.replay_id != thing.pk:
        return None
    if at < event.ends_at:
        return Refusal(
            "not_yet", _("The replay opens when the session is over."), _("Come back then.")
        )
    if not is_expired(event, at):
        return None
    day = date_format(localtime(event.replay_until), "DATE_FORMAT")
    return Refusal(
        "expired",
        _("This replay could be watched until %(day)s.") % {"day": day},
        _("Come to the next session, or ask whether it may be opened again."),
    )
