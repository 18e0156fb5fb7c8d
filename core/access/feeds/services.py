"""Private addresses: made, read, replaced, paused, ended; and their visits, counted."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils.timezone import localdate, localtime, now

from core.members.models import Member

from . import throttle
from .clients import address_of, app_of, client_digest
from .errors import RevokedKey, Suspended, TooManyKeys, UnknownKey
from .models import FeedKey, FeedVisit
from .queries import in_use

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest
    from wagtail.models import Page, Site

TOKEN_BYTES = 16  # 128 bits
LONGEST_TOKEN = 64
MOST_KEYS = 5  # a phone, a tablet, a car, a desk, and one to spare
VISITS_KEPT = timedelta(days=90)
FETCHED_EVERY = timedelta(minutes=5)  # "last fetched" need not be newer


@transaction.atomic
def issue_feed_key(
    *, member: Member, site: Site, kind: str, page: Page | None = None, label: str = ""
) -> tuple[FeedKey, str]:
    """Make a private address; return its row and its token, which nobody can ever show again.

    Raises ``Suspended`` where one of theirs is paused, ``TooManyKeys`` at the fifth.
    """
    Member.objects.select_for_update().get(pk=member.pk)  # one at a time, or the count is wrong
    held = list(in_use(site=site, kind=kind, member=member).filter(page=page))
    for key in held:
        if key.is_suspended:
            raise Suspended(key.reason)
    if len(held) >= MOST_KEYS:
        raise TooManyKeys
    return _made(member, site, kind, page, label)


def read_feed_key(token: str, *, kind: str, site: Site, request: HttpRequest) -> FeedKey:
    """Return the key a token opens on this site, suspended or not.

    Raises ``UnknownKey`` at the same cost whatever is wrong with it, ``TooManyTries`` instead for
    a client that guesses, and ``RevokedKey`` for one that was ended or whose member was let go:
    neither is a guess, and a right token is never refused for somebody else's wrong ones.
    """
    rows = FeedKey.objects.select_related("member", "page").filter(site=site, kind=kind)
    key = rows.filter(digest=digest_of(token[:LONGEST_TOKEN])).first()
    if key is None or len(token) > LONGEST_TOKEN:
        throttle.miss(address_of(request))
        raise UnknownKey
    if key.revoked_at or not key.member.is_active:
        raise RevokedKey
    return key


@transaction.atomic
def rotate_feed_key(*, key: FeedKey) -> tuple[FeedKey, str]:
    """End one address and return the one that takes its place."""
    held = FeedKey.objects.select_for_update().filter(pk=key.pk, revoked_at=None).first()
    if held is None:
        raise UnknownKey
    if held.is_suspended:
        raise Suspended(held.reason)
    revoke_feed_keys(FeedKey.objects.filter(pk=held.pk))
    return _made(held.member, held.site, held.kind, held.page, held.label)


@transaction.atomic
def rotate_feed_keys(keys: QuerySet[FeedKey]) -> list[tuple[FeedKey, str]]:
    """End addresses and return those that take their places; of two at once, one finds any.

    Suspended ones stay as they are: they open nothing, and no new one stands in for them.
    """
    living = keys.filter(revoked_at=None, suspended_at=None).order_by("pk")
    return [rotate_feed_key(key=key) for key in living.select_for_update(of=("self",))]


def revoke_feed_keys(keys: QuerySet[FeedKey]) -> int:
    """End addresses for good; return how many still lived. The next fetch is refused."""
    return keys.filter(revoked_at=None).update(revoked_at=now())


def suspend_feed_key(*, key: FeedKey, reason: str) -> None:
    """Pause an address: its feed says why, and nothing else, until it is forgiven."""
    rows = FeedKey.objects.filter(pk=key.pk, revoked_at=None)
    rows.update(suspended_at=now(), reason=reason)


def forgive_feed_key(*, key: FeedKey) -> None:
    """Let an address work again, and count its evidence from now on."""
    rows = FeedKey.objects.filter(pk=key.pk, revoked_at=None)
    rows.update(suspended_at=None, reason="", forgiven_at=now())


def changed_at(*, key: FeedKey, body: bytes) -> datetime:
    """Return since when a feed has told exactly this: for apps that ask by date alone.

    What a member may see changes without any page being edited: time passes, a tier ends.
    """
    digest = sha256(body).hexdigest()
    if key.content != digest or key.changed_at is None:
        key.content, key.changed_at = digest, now()
        key.save(update_fields=["content", "changed_at"])
    return key.changed_at


CLIENT = """
INSERT INTO core_feedvisit AS v (key_id, day, client, app, times, since, until)
VALUES (%(key)s, %(day)s, %(client)s, %(app)s, 1, %(hour)s, %(hour)s)
ON CONFLICT (key_id, day, client)
DO UPDATE SET until = EXCLUDED.until WHERE v.until < EXCLUDED.until
"""
VISIT = CLIENT.replace("WHERE v.until < EXCLUDED.until", ", times = v.times + 1")


def count_visit(*, key: FeedKey, request: HttpRequest, at: datetime | None = None) -> None:
    """Count a fetch of a feed by day and client: the evidence a person decides by."""
    moment = at or now()
    _count(key, request, moment, VISIT)
    if key.fetched_at is None or moment - key.fetched_at > FETCHED_EVERY:
        FeedKey.objects.filter(pk=key.pk).update(fetched_at=moment)


def note_client(*, key: FeedKey, request: HttpRequest, at: datetime | None = None) -> None:
    """Count who downloads an episode, once a day and client, however many pieces it asks for.

    Services that fetch a feed for all their listeners show only here how many these are.
    """
    _count(key, request, at or now(), CLIENT)


def _count(key: FeedKey, request: HttpRequest, at: datetime, statement: str) -> None:
    here, app, address = localtime(at), app_of(request), address_of(request)
    client = client_digest(key_id=key.pk, day=here.date(), address=address, app=app)
    row: dict[str, Any] = {
        "key": key.pk,
        "day": here.date(),
        "client": client,
        "app": app,
        "hour": here.hour,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, row)


def forget_visits() -> int:
    """Delete evidence older than three months; return how many rows."""
    deleted, _each = FeedVisit.objects.filter(day__lt=localdate() - VISITS_KEPT).delete()
    return deleted


def digest_of(token: str) -> str:
    """Return what is kept of a token."""
    return sha256(token.encode(errors="replace")).hexdigest()


def _made(
    member: Member, site: Site, kind: str, page: Page | None, label: str
) -> tuple[FeedKey, str]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    key = FeedKey.objects.create(
        member=member, site=site, kind=kind, page=page, label=label, digest=digest_of(token)
    )
    return key, token
