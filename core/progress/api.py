"""A member's own progress, notes and bookmarks as JSON, by session and with CSRF."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.security import SessionAuth
from ninja.throttling import AuthRateThrottle
from wagtail.models import Page, Site

from core.access.services import may

from . import queries, services
from .errors import ProgressError, StaleNote
from .markdown import render, sanitise
from .models import Bookmark, Note

if TYPE_CHECKING:
    from core.members.models import Member

router = Router(auth=SessionAuth(csrf=True), tags=["progress"])
WRITES = AuthRateThrottle("240/m")
PREVIEWS = AuthRateThrottle("120/m")


class StateOut(Schema):
    """How far the member is on a page; times in seconds."""

    fraction: float
    position: float
    duration: float
    completed_at: datetime | None


class NoteIn(Schema):
    """A note as typed, and the version it was typed on (0: there was none)."""

    text: str = Field(max_length=services.MAX_NOTE)
    base_version: int = Field(0, ge=0)


class NoteOut(Schema):
    """A note as it is kept."""

    text: str
    html: str
    version: int
    changed_at: datetime | None = None

    @staticmethod
    def resolve_html(note: Note) -> str:
        return sanitise(note.html)


class Conflict(Schema):
    """What stands there now, where somebody saved in between."""

    error: str
    current: NoteOut


class Refused(Schema):
    """Why not, in plain words."""

    error: str


class TextIn(Schema):
    """Markdown to look at."""

    text: str = Field(max_length=services.MAX_NOTE)


class Html(Schema):
    """Harmless HTML."""

    html: str


class BookmarkIn(Schema):
    """A page, or a second of its video."""

    second: int | None = Field(None, ge=0, le=2**31 - 1)
    label: str = Field("", max_length=200)


class BookmarkOut(Schema):
    """A mark."""

    id: int
    second: int | None
    label: str


def who(request: HttpRequest) -> Member:
    """Return the member behind a request that was let in as one."""
    return cast("Member", request.user)


def page_for(request: HttpRequest, page_id: int) -> Page:
    """Return the live page if the member may see it; else it is not there."""
    page = Page.objects.live().filter(pk=page_id).first()
    if page is None or not may(request.user, page, site=Site.find_for_request(request)).allowed:
        raise Http404
    return page


@router.get("/pages/{int:page_id}/progress", response=StateOut)
def read_progress(request: HttpRequest, page_id: int) -> Any:
    page = page_for(request, page_id)
    return queries.states(who(request), [page.pk])[page.pk]


@router.post("/pages/{int:page_id}/complete", response=StateOut, throttle=WRITES)
def complete(request: HttpRequest, page_id: int) -> Any:
    page = page_for(request, page_id)
    services.mark_complete(member=who(request), page=page, site=Site.find_for_request(request))
    return queries.states(who(request), [page.pk])[page.pk]


@router.get("/pages/{int:page_id}/note", response=NoteOut)
def read_note(request: HttpRequest, page_id: int) -> Any:
    page = page_for(request, page_id)
    return queries.note_of(who(request), page) or Note(version=0)


@router.put(
    "/pages/{int:page_id}/note",
    response={200: NoteOut, 409: Conflict, 422: Refused},
    throttle=WRITES,
)
def save_note(request: HttpRequest, page_id: int, note: NoteIn) -> Any:
    page = page_for(request, page_id)
    try:
        return services.save_note(
            member=who(request), page=page, text=note.text, base_version=note.base_version
        )
    except StaleNote as stale:
        return Status(409, {"error": str(stale), "current": stale.current})
    except ProgressError as error:
        return Status(422, {"error": str(error)})


@router.post("/notes/preview", response=Html, throttle=PREVIEWS)
def preview_note(request: HttpRequest, typed: TextIn) -> Any:  # noqa: ARG001 - ninja's
    return {"html": render(typed.text)}


@router.get("/pages/{int:page_id}/bookmarks", response=list[BookmarkOut])
def list_bookmarks(request: HttpRequest, page_id: int) -> list[Bookmark]:
    return queries.bookmarks_of(who(request), page_for(request, page_id))


@router.post("/pages/{int:page_id}/bookmarks", response={201: BookmarkOut}, throttle=WRITES)
def add_bookmark(request: HttpRequest, page_id: int, mark: BookmarkIn) -> Any:
    page = page_for(request, page_id)
    made = services.add_bookmark(
        member=who(request), page=page, second=mark.second, label=mark.label
    )
    return Status(201, made)


@router.delete("/bookmarks/{int:bookmark_id}", response={204: None})
def remove_bookmark(request: HttpRequest, bookmark_id: int) -> Any:
    if not services.remove_bookmark(member=who(request), bookmark_id=bookmark_id):
        raise Http404
    return Status(204, None)
