"""The small site journeys walk through: one program, two modules, films from the real pipeline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wagtail.models import PageViewRestriction, Site

from core.media.models import Asset
from core.media.services import ingest
from core.members.models import Member
from pages.demo.people import PASSWORD, email_of, invite
from pages.foundation import found_site
from pages.models import Lesson, Module, Program
from tests.waiting import until

SECONDS = 20  # how long the films are
BODY = [("text", "<h2>What you will do</h2><p>Write three sentences, then stop talking.</p>")]


@dataclass(frozen=True)
class World:
    """Addresses and numbers, so that a journey needs no database of its own."""

    program: str
    first: str
    second: str
    reading: str
    draft: int  # a lesson in preparation, without a film
    asset: str
    password: str = PASSWORD

    @staticmethod
    def email(role: str) -> str:
        return email_of(role)


def build(clip: Path) -> World:
    """Plant the tree, bring the film in twice, and wait until both are ready."""
    site = found_site()
    invite()
    program = _add(site.root_page, Program, "The craft of selling")
    PageViewRestriction.objects.create(page=program, restriction_type="login")
    module = _add(program, Module, "Foundations")
    films = [_film(site, clip, title) for title in ("Why people buy", "Say the number")]
    first, second = (
        _add(module, Lesson, film.title, video=film, body=BODY, summary="A short film.")
        for film in films
    )
    reading = _add(_add(program, Module, "The offer"), Lesson, "One page", body=BODY, minutes=4)
    draft = _add(module, Lesson, "After the sale", live=False, summary="Still being made.")
    until(lambda: _are_ready(films), seconds=90)
    return World(
        program=program.url,
        first=first.url,
        second=second.url,
        reading=reading.url,
        draft=draft.pk,
        asset=str(films[0].pk),
    )


def _add(parent, page_type, title, *, live=True, **fields):
    page = page_type(title=title, live=live, **fields)
    parent.add_child(instance=page)
    if live:
        page.save_revision().publish()
    else:
        page.save_revision()
    return page


def _film(site: Site, clip: Path, title: str) -> Asset:
    editor = Member.objects.get(email=email_of("editor"))
    return ingest(site=site, member=editor, path=clip, title=title)


def _are_ready(films: list[Asset]) -> bool:
    states = Asset.objects.filter(pk__in=[film.pk for film in films]).values_list(
        "status", flat=True
    )
    assert "failed" not in states, [film.error for film in Asset.objects.all()]
    return set(states) == {"ready"}
