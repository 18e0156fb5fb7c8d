"""Plants the demo's page tree on the default site."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.images import ImageFile
from django.utils.text import slugify
from django.utils.timezone import now
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site

from pages.foundation import found_site
from pages.models import (
    Coaching,
    Episode,
    Event,
    Help,
    HelpArticle,
    Home,
    Lesson,
    Module,
    Podcast,
    Program,
    Standard,
)

from . import content, pictures

Body = list[tuple[str, Any]]


def plant() -> Site:
    """Create every page of the demo below the site's home; returns the site."""
    site = found_site()
    home = site.root_page.specific
    _dress(home)
    _program(home)
    _podcast(home)
    _coaching(home)
    _help(home)
    _standard(home)
    return site


def _dress(home: Home) -> None:
    words = content.rest()["home"]
    home.title = "Diamond Plus"
    home.headline = words["headline"]
    home.promise = home.summary = words["promise"]
    home.cover = _cover("Diamond Plus", hue=160, seed=88)
    questions = [
        {"question": one["question"], "answer": f"<p>{one['answer']}</p>"}
        for one in words["question"]
    ]
    home.body = [("faq", {"title": "Questions people ask first", "items": questions})]
    home.save_revision().publish()


def _program(home: Page) -> None:
    words = content.program()
    program = _add(
        home,
        Program(
            title=words["title"],
            promise=words["promise"],
            summary=words["summary"],
            cover=_cover(words["title"], hue=160, seed=7),
            body=[("text", f"<p>{words['intro']}</p>")],
        ),
    )
    for number, part in enumerate(words["module"]):
        module = _add(
            program,
            Module(
                title=part["title"],
                summary=part["summary"],
                cover=_cover(part["title"], hue=pictures.HUES[number], seed=100 + number),
            ),
        )
        _for_members(module)
        for lesson in part["lesson"]:
            _add(
                module,
                Lesson(title=lesson["title"], summary=lesson["summary"], body=_lesson_body(lesson)),
                tags=[part["cover"].lower()],
            )


def _lesson_body(lesson: dict[str, Any]) -> Body:
    first, *_rest, last = lesson["narration"].split(". ")
    return [
        ("text", f"<p>{first.rstrip('.')}.</p>"),
        (
            "steps",
            {
                "title": "What to do now",
                "steps": [{"title": point, "text": ""} for point in lesson["points"]],
            },
        ),
        ("callout", {"tone": "tip", "title": "Remember", "text": f"<p>{last}</p>"}),
    ]


def _podcast(home: Page) -> None:
    words = content.rest()["podcast"]
    podcast = _add(
        home,
        Podcast(
            title=words["title"],
            summary=words["summary"],
            author=words["author"],
            artwork=_cover(words["title"], hue=40, seed=61, size=(1400, 1400)),
        ),
    )
    for number, one in enumerate(words["episode"], 1):
        episode = Episode(
            title=one["title"],
            summary=one["summary"],
            number=number,
            body=[("text", f"<p>{one['narration'].split('. ', 1)[1]}</p>")],
        )
        _for_members(_add(podcast, episode))


def _coaching(home: Page) -> None:
    words = content.rest()["coaching"]
    coaching = _add(home, Coaching(title=words["title"], summary=words["summary"]))
    _for_members(coaching)
    for one in words["event"]:
        _add(coaching, _event(one))


def _event(one: dict[str, Any]) -> Event:
    evening = datetime.now(ZoneInfo(one["timezone"])) + timedelta(days=one["days"])
    starts = evening.replace(hour=18, minute=0, second=0, microsecond=0)
    ends = starts + timedelta(hours=1)
    return Event(
        title=one["title"],
        summary=one["summary"],
        host=one["host"],
        timezone=one["timezone"],
        starts_at=starts,
        ends_at=ends,
        join_url="https://meet.example/diamond-plus" if one["days"] > 0 else "",
        capacity=one.get("places"),
        is_cancelled="cancelled" in one,
        cancel_note=one.get("cancelled", ""),
        replay_until=ends + timedelta(days=one["replay_days"]) if "replay_days" in one else None,
        body=[("text", f"<p>{one['text']}</p>")],
    )


def _help(home: Page) -> None:
    parent = _add(home, Help(title="Help", summary="Short answers.", show_in_menus=True))
    for one in content.rest()["help"]:
        body = [("text", f"<p>{one['text']}</p>")]
        _add(parent, HelpArticle(title=one["title"], summary=one["summary"], body=body))


def _standard(home: Page) -> None:
    for one in content.rest()["standard"]:
        body = [("text", f"<p>{one['text']}</p>")]
        _add(home, Standard(title=one["title"], summary=one["summary"], body=body))


def _add(parent: Page, page: Any, *, tags: Iterable[str] = ()) -> Any:
    """One save a page; its first edit makes its first revision."""
    page.slug = slugify(page.title)
    page.first_published_at = page.last_published_at = now()
    page.tags.add(*tags)
    return parent.add_child(instance=page)


def _for_members(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def _cover(title: str, *, hue: float, seed: int, size: tuple[int, int] = (1280, 720)) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = pictures.cover(Path(folder) / "cover.jpg", hue=hue, seed=seed, size=size)
        with path.open("rb") as file:
            return get_image_model().objects.create(
                title=title, file=ImageFile(file, name=f"{slugify(title)}.jpg")
            )
