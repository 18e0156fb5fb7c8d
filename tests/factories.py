"""Makes what many tests stand on: members, a tree of pages, assets that play, images."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.images import ImageFile
from django.utils.timezone import now
from PIL import Image
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site

from core.media.models import Asset
from core.members.models import Member
from core.storage.models import StoredObject
from pages.models import Coaching, Episode, Event, Lesson, Module, Podcast, Program

PASSWORD = "a-long-enough-secret"
NUMBER = count(1)


def make_member(**fields: Any) -> Member:
    """A member; ``is_staff=True, is_superuser=True`` makes an operator."""
    fields.setdefault("name", "Noor Haddad")
    return Member.objects.create_user(f"member{next(NUMBER)}@lectern.example", PASSWORD, **fields)


def the_site() -> Site:
    return Site.objects.select_related("root_page").get(is_default_site=True)


def add_page(parent: Page, page: Any) -> Any:
    """Publish a page below another; its slug is made where it has none.

    Nothing is validated, which takes most of the time: what is planted is meant to be there.
    """
    page.slug = page.slug or f"page-{next(NUMBER)}"
    page.draft_title, page.locale_id = page.title, parent.locale_id
    page.save = partial(page.save, clean=False)  # the tree calls it without a word
    try:
        return Page.objects.get(pk=parent.pk).add_child(instance=page)
    finally:
        del page.save


def fresh(page: Any) -> Any:
    """The page as the database has it: a parent learns of its children only there."""
    return type(page).objects.get(pk=page.pk)


def make_image(title: str = "A cover", size: tuple[int, int] = (64, 36)) -> Any:
    data = BytesIO()
    Image.new("RGB", size, "teal").save(data, "PNG")
    data.seek(0)
    return get_image_model().objects.create(
        title=title, file=ImageFile(data, name=f"cover-{next(NUMBER)}.png")
    )


def make_asset(site: Site | None = None, *, duration: float = 600.0, **fields: Any) -> Asset:
    """An asset that is ready to play, with a poster; nothing lies behind it on disk."""
    site = site or the_site()
    poster = StoredObject.objects.create(
        site=site,
        provider="local_disk",
        key=f"aa/poster{next(NUMBER)}",
        size=1,
        content_type="image/jpeg",
    )
    fields = {"title": "A film", "status": Asset.Status.READY, "playable_at": now()} | fields
    return Asset.objects.create(site=site, duration=duration, poster=poster, **fields)


def make_program(
    *, modules: int = 2, lessons: int = 2, title: str = "Diamond Plus", films: bool = True
) -> Program:
    """A program with modules of lessons, each with a cover or a film."""
    site = the_site()
    program = add_page(site.root_page, Program(title=title, promise="A calm practice."))
    for m in range(modules):
        module = add_page(program, Module(title=f"Module {m}", summary="What it is about."))
        for n in range(lessons):
            film = make_asset(site) if films else None
            add_page(module, Lesson(title=f"Lesson {m}.{n}", video=film, summary="A step."))
    return fresh(program)


def make_podcast(*, episodes: int = 2) -> Podcast:
    podcast = add_page(the_site().root_page, Podcast(title="The Quiet Practice", author="Mara"))
    for n in range(1, episodes + 1):
        sound = make_asset(kind=Asset.Kind.AUDIO)
        add_page(podcast, Episode(title=f"Episode {n}", number=n, media=sound))
    return fresh(podcast)


def make_coaching(*, upcoming: int = 1, past: int = 1) -> Coaching:
    coaching = add_page(the_site().root_page, Coaching(title="Coaching"))
    for n in range(upcoming):
        make_event(coaching, hours=24 * (n + 1))
    for n in range(past):
        make_event(coaching, hours=-24 * (n + 1), replay=make_asset())
    return fresh(coaching)


def make_event(coaching: Coaching, *, hours: float, minutes: int = 60, **fields: Any) -> Event:
    """An event that starts in so many hours."""
    starts = now() + timedelta(hours=hours)
    ends = starts + timedelta(minutes=minutes)
    return add_page(
        coaching, Event(title=f"Session {hours:g}", starts_at=starts, ends_at=ends, **fields)
    )


def close_to_strangers(page: Page) -> PageViewRestriction:
    return PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def close_to_all_but(page: Page, group: Any) -> PageViewRestriction:
    restriction = PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.GROUPS
    )
    restriction.groups.add(group)
    return restriction


def url_of(page: Page) -> str:
    """The page's path on the default site."""
    return "/" + page.url_path.removeprefix(the_site().root_page.url_path)
