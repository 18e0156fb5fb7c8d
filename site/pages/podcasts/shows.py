"""What a show takes from its feed: what its editor left empty, and, as a new one, what it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from core.jobs.claims import Claim
from core.members.models import Member

from ..models import Podcast
from . import taking
from .arriving import ARTWORK, LOCK, PERSONS, Show
from .artwork import fetch_artwork, image_of

OF_A_NEW_ONE = ("language", "category", "kind", "is_explicit")
GUID = "guid"
LEFT = ("summary", "author", "owner_email", PERSONS, ARTWORK)  # what may be empty


def lock_of(told: Show, member: Member) -> str:
    """Return under which name a feed's lock is answered for, "" where it keeps nobody out.

    Its owner may bring it in; whoever else does says once that they may.
    https://podcasting2.org/docs/podcast-namespace/tags/locked
    """
    is_open = not told.is_locked or told.owner.lower() == member.email.lower()
    return "" if is_open else f"{LOCK}{told.owner.lower()}"


def told_of(told: Show, *, is_new: bool) -> dict[str, Any]:
    """Return what a feed says of its show, by the field that takes it."""
    facts = {
        "summary": told.summary,
        "author": told.author,
        "owner_email": _email(told.owner),
        PERSONS: told.persons,
        ARTWORK: told.image,
        "language": told.language,
        "category": told.category,
        "kind": told.kind,
        "is_explicit": told.is_explicit,
        GUID: _uuid(told.guid),
    }
    names = (*LEFT, *OF_A_NEW_ONE, GUID) if is_new else LEFT
    return {name: facts[name] for name in names if facts[name]}


def find(claim: Claim, told: Show, wanted: Mapping[str, Any]) -> taking.Found:
    """Fetch what a show wants."""
    found = taking.Found(missed=taking.unfit(told.unfit))
    if ARTWORK in wanted:
        facts = (told.image, claim.folder, taking.alive(claim))
        found.artwork = found.attempt(ARTWORK, fetch_artwork, *facts)
    return found


def take(
    show: Podcast, told: Show, wanted: Mapping[str, Any], found: taking.Found, *, member: Member
) -> None:
    """Write what a show takes, and note what came of it."""
    latest = show.get_latest_revision_as_object()
    lock = lock_of(told, member)
    facts, taken = {}, {lock: 1} if lock else {}
    for name, value in wanted.items():
        if not _is_free(latest, name):
            taken[name] = 0
        elif name == GUID and Podcast.objects.filter(guid=value).exclude(pk=show.pk).exists():
            found.missed[name] = _("Another show here goes by it.")
        elif name != ARTWORK or found.artwork:
            facts[name] = _value(name, value, show, found, member)
            taken[name] = 1
    latest.imported_from = show.imported_from
    taking.put(show, latest, facts, member=member)
    taking.note(show, guid="", title=told.title, page=show, taken=taken, missed=found.missed)


def _value(name: str, value: Any, show: Podcast, found: taking.Found, member: Member) -> Any:
    if name == ARTWORK and found.artwork:
        return image_of(found.artwork, title=show.title, member=member)
    return taking.persons(value) if name == PERSONS else value


def _is_free(latest: Podcast, name: str) -> bool:
    """A field is an editor's once it is not empty, or not what every new show begins with."""
    if name in OF_A_NEW_ONE:
        return bool(getattr(latest, name) == Podcast._meta.get_field(name).default)
    return name == GUID or not getattr(latest, name)


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
