"""Taking an event in, handling it from its row, and handling it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from django.db import transaction
from django.utils.timezone import now

from core.contract import ask, first
from core.contract.errors import BadEvent, NotReady
from core.jobs.services import enqueue

from .models import Receipt

if TYPE_CHECKING:
    from wagtail.models import Site

    from core.contract.events import Event, WebhookSource

log = structlog.get_logger(__name__)

HANDLE = "webhooks.handle"
KEPT_FOR = timedelta(days=90)


def receive(*, source: str, site: Site, body: bytes, headers: Mapping[str, str]) -> Receipt | None:
    """Verify an event over its raw bytes and keep it with the job that handles it.

    Returns the new row, or None where the event is known already (whoever sends it again is
    told that all is well). Raises ``NotReady`` where the source has no secret yet, ``BadEvent``
    for anything whose sender or form cannot be believed.
    """
    event = _verified(_source(source, site), site, body, headers)
    with transaction.atomic():
        row, is_new = Receipt.objects.get_or_create(
            provider=source,
            account=event.account,
            event_id=event.id,
            defaults={"kind": event.kind, "payload": event.payload, "site": site},
        )
        if is_new:
            _enqueue(row)
    return row if is_new else None


def handle(receipt_id: int) -> None:
    """Do what an event asks for, once: the effect and the mark are one transaction."""
    with transaction.atomic():
        rows = Receipt.objects.select_for_update(of=["self"])  # the site stays everybody's
        row = rows.select_related("site").get(pk=receipt_id)
        if row.state == Receipt.State.DONE:
            return
        source: WebhookSource = first("webhook_sources", name=row.provider, site=row.site)
        source.handle(row.kind, row.payload, row.site)
        row.state, row.error, row.handled_at = Receipt.State.DONE, "", now()
        row.save(update_fields=["state", "error", "handled_at"])


def note_failure(receipt_id: int, error: str) -> None:
    """Write why an event's effect is not there; ``replay`` tries it again."""
    Receipt.objects.filter(pk=receipt_id).exclude(state=Receipt.State.DONE).update(
        state=Receipt.State.FAILED, error=error, handled_at=now()
    )


def replay(row: Receipt) -> None:
    """Handle an event again, from what was kept of it."""
    with transaction.atomic():
        Receipt.objects.filter(pk=row.pk).update(state=Receipt.State.KEPT, error="")
        _enqueue(row)


def sweep(*, before: timedelta = KEPT_FOR) -> int:
    """Forget events that were handled long ago; return how many."""
    old = Receipt.objects.filter(state=Receipt.State.DONE, handled_at__lt=now() - before)
    return old.delete()[0]


def _source(name: str, site: Site) -> WebhookSource:
    for source in ask("webhook_sources", site=site):
        if source.name == name:
            return source  # type: ignore[no-any-return]
    raise BadEvent("Nobody here knows who sends this.")


def _verified(source: WebhookSource, site: Site, body: bytes, headers: Mapping[str, str]) -> Event:
    lowered = {name.lower(): value for name, value in headers.items()}
    try:
        return source.verify(body, lowered, site)
    except (BadEvent, NotReady):
        raise
    except Exception as error:  # whatever a vendor's verifier raises on junk, it is not believed
        log.warning("webhook_refused", source=source.name, error=repr(error))
        raise BadEvent("The signature could not be read.") from error


def _enqueue(row: Receipt) -> None:
    enqueue(
        kind=HANDLE,
        payload={"receipt": row.pk},
        site=row.site,
        key=f"{HANDLE}:{row.pk}",
        subject=f"receipt:{row.pk}",
    )
