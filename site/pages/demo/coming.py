"""Who comes to the demo's events, and what they take along."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib.auth import get_user_model
from PIL import Image, ImageDraw, ImageFont
from wagtail.models import ReferenceIndex, Site

from core.media.models import Asset
from core.media.services import ingest
from pages.events.changes import follow_all
from pages.events.services import take_place
from pages.models import Event

from . import content, people

PAPER, MARGIN = (1240, 1754), 130  # A4 at 150 dots an inch
INK, FAINT = (38, 34, 30), (200, 194, 186)


def answer(site: Site) -> None:
    """Let the three say that they come, and put a worksheet beside its event."""
    follow_all()
    persons = {role: _person(role) for role, *_more in people.ACCOUNTS}
    planned = [one for one in content.rest()["coaching"]["event"] if one["days"] > 0]
    for number, one in enumerate(planned):
        event = Event.objects.descendant_of(site.root_page).get(title=one["title"])
        roles = ("member", "editor") if number == 0 else ("editor", "operator")
        for role in roles if not event.is_cancelled else ():
            take_place(event=event, member=persons[role])
        if "worksheet" in one:
            sheet = worksheet(site, persons["editor"], one["worksheet"], one["lines"])
            event.worksheets = [("file", {"asset": sheet, "title": "", "description": ""})]
            event.save()
            ReferenceIndex.create_or_update_for_object(event)


def _person(role: str) -> object:
    return get_user_model().objects.get(email=people.email_of(role))


def worksheet(site: Site, member: object, title: str, lines: list[str]) -> Asset:
    """Return one page to print: a title, and questions with room to write."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{title}.pdf"
        _page(title, lines).save(path, "PDF", resolution=150)
        return ingest(site=site, member=member, path=path, title=title, kind=Asset.Kind.FILE)


def _page(title: str, lines: list[str]) -> Image.Image:
    page = Image.new("RGB", PAPER, "white")
    draw = ImageDraw.Draw(page)
    draw.text((MARGIN, MARGIN), title, fill=INK, font=ImageFont.load_default(size=54))
    y = MARGIN + 150
    for number, line in enumerate(lines, 1):
        words = f"{number}. {line}"
        draw.text((MARGIN, y), words, fill=INK, font=ImageFont.load_default(size=28))
        for rule in (100, 160):
            draw.line((MARGIN, y + rule, PAPER[0] - MARGIN, y + rule), fill=FAINT, width=2)
        y += 235
    return page
