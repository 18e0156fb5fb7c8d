"""What is written: completions, notes and bookmarks; see beats for what was watched."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from core.contract import tell

from .errors import ProgressError, StaleNote
from .markdown import render
from .merging import Merged, merge
from .models import Bookmark, Completion, Note

if TYPE_CHECKING:
    from core.members.models import Member
    from core.playback.tokens import Claims

    from .beats import Beat

__all__ = [
    "add_bookmark",
    "complete",
    "completes_at",
    "mark_complete",
    "merge",
    "record",
    "remove_bookmark",
    "save_note",
]

MAX_NOTE = 100_000  # characters
RULE_SECONDS = 60  # a page's rule may be this old
DEFAULT_PERCENT = 90


def record(claims: Claims, beat: Beat) -> Merged | None:
    """Keep what a player said under ``claims``, and complete its page once enough is watched.

    Both are durable before this returns: whoever got an answer can forget the beat, and
    whoever got none sends it again. Of strangers on public pages nothing is kept.
    """
    if claims.member_id is None:
        return None
    merged = merge(
        member=claims.member_id,
        asset=claims.asset_id,
        site=claims.site_id,
        page=claims.page_id,
        ranges=beat.ranges,
        position=beat.position,
        at=beat.at,
        percent=completes_at(claims.page_id),
        edition=claims.edition if beat.edition is None else beat.edition,
    )
    if merged.is_due and claims.page_id:
        complete(member_id=claims.member_id, page_id=claims.page_id, site_id=claims.site_id)
    return merged


def completes_at(page_id: int | None) -> int:
    """Return the per cent to be watched of a page: its own ``completes_at``, or 90."""
    return _rule(page_id, int(time.monotonic() // RULE_SECONDS)) if page_id else 0


@lru_cache(maxsize=10_000)
def _rule(page_id: int, _minute: int) -> int:
    """Any page type may state its rule in ``completes_at``; a beat must not ask each time."""
    page = Page.objects.filter(pk=page_id).first()
    return int(getattr(page.specific, "completes_at", DEFAULT_PERCENT)) if page else 0


def complete(
    *, member_id: int, page_id: int, site_id: int, cause: str = Completion.Cause.WATCHED
) -> bool:
    """Complete a page for a member, once; announced with the first time. Never taken back."""
    with transaction.atomic():
        _completion, is_first = Completion.objects.get_or_create(
            member_id=member_id, page_id=page_id, defaults={"cause": cause}
        )
        if is_first:
            tell(
                "lesson_completed",
                member_id=member_id,
                page_id=page_id,
                site_id=site_id,
            )
    return is_first


def mark_complete(*, member: Member, page: Page, site: Site | None = None) -> bool:
    """Complete ``page`` because its member says so; True the first time."""
    where = site or page.get_site()
    return complete(
        member_id=member.pk,
        page_id=page.pk,
        site_id=where.pk,
        cause=Completion.Cause.MARKED,
    )


def save_note(
    *, member: Member, page: Page, text: str, base_version: int, keep_both: bool = False
) -> Note:
    """Keep a member's note on ``page``, written from ``base_version`` (0: there was none).

    Where somebody saved in between, ``StaleNote`` carries what is kept now, or with
    ``keep_both`` the new text is put below it: nothing that was typed is lost.
    """
    if len(text) > MAX_NOTE:
        raise ProgressError(
            _("A note holds at most %d characters. Move some of it to another page.") % MAX_NOTE
        )
    with transaction.atomic():
        note, is_new = Note.objects.select_for_update().get_or_create(
            member=member,
            page_id=page.pk,
            defaults={"text": text, "html": render(text)},
        )
        if is_new or note.text == text:
            return note
        if note.version != base_version:
            if not keep_both:
                raise StaleNote(note)
            text = f"{note.text.rstrip()}\n\n---\n\n{text}"
        note.text, note.html, note.version = text, render(text), note.version + 1
        note.save(update_fields=["text", "html", "version", "changed_at"])
    return note


def add_bookmark(
    *, member: Member, page: Page, second: int | None = None, label: str = ""
) -> Bookmark:
    """Mark a page, or a second of its video; marking a place again renames the mark."""
    bookmark, _is_new = Bookmark.objects.update_or_create(
        member=member,
        page_id=page.pk,
        second=second,
        defaults={"label": label.strip()[:200]},
    )
    return bookmark


def remove_bookmark(*, member: Member, bookmark_id: int) -> bool:
    """Remove one of the member's own bookmarks; True where it was there."""
    gone, _by_model = Bookmark.objects.filter(member=member, pk=bookmark_id).delete()
    return bool(gone)
