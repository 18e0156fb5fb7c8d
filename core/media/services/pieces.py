"""Pieces of a preparation as rows: handed out a few at a time, gathered, ended with their parent.

What a piece made is doomed from the start, and lives as long as its parent looks at it now and
then: whatever becomes of the two, nothing is left over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.timezone import now
from wagtail.models import Site

from core.contract.sharing import Piece
from core.jobs.models import Job
from core.jobs.services import cancel, enqueue, wake
from core.storage.models import StoredObject
from core.storage.services import doom

KIND = "media.piece"
HELD = timedelta(days=1)  # a piece waits so long for its turn, then looks whether it is wanted
SOON = timedelta(minutes=1)  # what waits for less was not held, it is tried again
UNUSED = timedelta(hours=6)  # what a piece made lives so long without its parent
EARLY = 0.01  # below this fraction an estimate is a guess


def hand_out(
    *,
    parent: Job,
    site: Site,
    pieces: Iterable[Piece],
    at_once: int,
    provider: str,
    stage: str,
    report: int,
) -> None:
    """Write a row a piece; so many are rung for, the others wait until one of these ends."""
    whole = {"parent": parent.pk, "provider": provider, "stage": stage, "report": report}
    held = now() + HELD
    for number, piece in enumerate(pieces):
        enqueue(
            kind=KIND,
            payload={**whole, "piece": asdict(piece)},
            site=site,
            subject=parent.subject,
            key=f"{KIND}:{parent.pk}:{piece.name}",
            run_after=None if number < at_once else held,
        )


def rows_of(parent: Job) -> list[Job]:
    """Return the newest row of each piece, in the order in which they were handed out."""
    rows = Job.objects.filter(subject=parent.subject, kind=KIND, payload__parent=parent.pk)
    return list({row.key: row for row in rows.order_by("id")}.values())


def parent_of(piece: Job) -> Job | None:
    """Return the preparation a piece is for, or None where nobody waits for it any more."""
    wanted = Job.objects.filter(state__in=Job.ACTIVE, cancel_requested=False)
    return wanted.filter(pk=piece.payload["parent"]).first()


def piece_of(row: Job) -> Piece:
    return Piece(**row.payload["piece"])


def object_of(row: Job) -> StoredObject | None:
    """Return what a piece has made, as long as it is there."""
    number = row.result.get("object")
    return StoredObject.objects.filter(pk=UUID(number)).first() if number else None


def go_on(parent: Job, *, at_once: int) -> None:
    """Ring for pieces that wait for their turn, until so many are at work."""
    begun, held = _begun_and_held(parent)
    for row in held[: max(at_once - len(begun), 0)]:
        wake(row.key)


def hand_on(parent: Job, *, at_once: int) -> None:
    """A piece has ended: its parent looks, and the next one begins.

    In a transaction of its own, because whoever ends a preparation locks it before its pieces.
    """
    with transaction.atomic():
        Job.objects.select_for_update().filter(pk=parent.pk).first()  # two that end choose two
        wake(parent.key)
        go_on(parent, at_once=at_once)


def _begun_and_held(parent: Job) -> tuple[list[Job], list[Job]]:
    soon = now() + SOON
    active = [row for row in rows_of(parent) if row.state in Job.ACTIVE]
    held = [row for row in active if row.run_after is not None and row.run_after > soon]
    return [row for row in active if row not in held], held


def keep_for(parent: Job) -> None:
    """Prolong the life of what was made: the parent still wants it."""
    _made(rows_of(parent)).update(doomed_at=now() + UNUSED)


def make_again(row: Job) -> None:
    """Have a piece made once more, because what it had made is gone."""
    site = Site.objects.get(pk=row.site_id)
    enqueue(kind=KIND, payload=row.payload, site=site, subject=row.subject, key=row.key)


def note_progress(parent: Job) -> tuple[float, int | None]:
    """Write on a parent that waits how far its pieces are together (0..1), and how long they take.

    Both are returned.
    """
    rows = rows_of(parent)
    whole = sum(_weight(row) for row in rows)
    fraction = sum(_weight(row) * _fraction(row) for row in rows) / max(whole, 0.001)
    began = min((row.started_at for row in rows if row.started_at), default=now())
    spent = (now() - began).total_seconds()
    left = round(spent * (1 - fraction) / fraction) if fraction > EARLY else None
    Job.objects.filter(pk=parent.pk, state=Job.State.QUEUED).update(
        progress=fraction, eta_seconds=left
    )
    return fraction, left


def _weight(row: Job) -> float:
    return float(row.payload["piece"]["weight"])


def _fraction(row: Job) -> float:
    return 1.0 if row.state == Job.State.SUCCEEDED else row.progress


def end(parent: Job) -> None:
    """Nobody waits for the pieces any more: what runs stops, and what was made goes."""
    rows = rows_of(parent)
    for row in rows:
        if row.state in Job.ACTIVE:
            cancel(row)
    let_go(rows)


def forget(parent: Job) -> None:
    """The parent does without pieces: whoever makes one finds that it is not his any more."""
    rows = rows_of(parent)
    let_go(rows)
    Job.objects.filter(subject=parent.subject, kind=KIND, payload__parent=parent.pk).delete()


def let_go(rows: Iterable[Any]) -> None:
    """Doom what rows have made, where they are pieces."""
    for stored in _made(rows):
        doom(stored)


def _made(rows: Iterable[Any]) -> Any:
    numbers = [row.result.get("object") for row in rows if row.kind == KIND]
    return StoredObject.objects.filter(pk__in=[UUID(one) for one in numbers if one])
