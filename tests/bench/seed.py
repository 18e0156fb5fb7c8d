"""What the benches look at: the demo's tree, its videos as rows, one member half way through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.cached_db import SessionStore
from django.core.management import call_command
from django.db import transaction
from django.utils.timezone import now

from config.supervisor.steps import static_files

MEMBER = "member@bench.example"


def ensure() -> None:
    """Migrate, and plant the tree where it is not there yet."""
    from pages.models import Lesson

    call_command("migrate", verbosity=0, interactive=False)
    _static_files()
    if not Lesson.objects.exists():
        from pages.demo.tree import plant

        with transaction.atomic():  # whole or not at all, and one wait for the disk
            plant()
            _films()
            _member()


def _static_files() -> None:
    """Collect them where the sources have changed since the last run."""
    mark = settings.DATA_DIR / "static.mark"
    now_there = static_files()
    if not mark.exists() or mark.read_text(encoding="ascii") != now_there:
        call_command("collectstatic", verbosity=0, interactive=False)
        mark.write_text(now_there, encoding="ascii")


def _films() -> None:
    """Give every lesson and episode a video that is ready, as rows: nothing is encoded here."""
    from wagtail.models import ReferenceIndex, Site

    from core.media.models import Asset, Rendition
    from core.storage.models import StoredObject
    from pages.models import Episode, Lesson

    site = Site.objects.get(is_default_site=True)
    objects: list[StoredObject] = []
    assets: list[Asset] = []
    renditions: list[Rendition] = []

    def stored(key: str, shape: str = "tree") -> StoredObject:
        row = StoredObject(site=site, provider="local_disk", key=key, shape=shape, size=1000)
        objects.append(row)
        return row

    pages = [*Lesson.objects.all(), *Episode.objects.all()]
    for number, page in enumerate(pages):
        asset = _film(page.title, number, site, stored)
        assets.append(asset)
        renditions += [_rung(asset, stored(f"bench/{number}/{n}"), n) for n in (240, 360, 480, 720)]
        setattr(page, "video" if isinstance(page, Lesson) else "media", asset)
    StoredObject.objects.bulk_create(objects)
    Asset.objects.bulk_create(assets)
    Rendition.objects.bulk_create(renditions)
    Lesson.objects.bulk_update([page for page in pages if isinstance(page, Lesson)], ["video"])
    Episode.objects.bulk_update([page for page in pages if isinstance(page, Episode)], ["media"])
    for page in pages:
        ReferenceIndex.create_or_update_for_object(page)


def _film(title: str, number: int, site: Any, stored: Callable[..., Any]) -> Any:
    from core.media.models import Asset

    return Asset(
        site=site,
        title=title,
        duration=300 + number,
        width=1280,
        height=720,
        status=Asset.Status.READY,
        playable_at=now(),
        ready_at=now(),
        poster=stored(f"bench/{number}/poster", "file"),
        storyboard=stored(f"bench/{number}/storyboard"),
    )


def _rung(asset: Any, stored: Any, height: int) -> Any:
    from core.media.models import Rendition

    return Rendition(
        asset=asset,
        name=f"{height}p",
        height=height,
        width=height * 16 // 9,
        bit_rate=height * 4000,
        codecs="avc1.64001f,mp4a.40.2",
        object=stored,
    )


def _member() -> None:
    """A member who has completed a third and begun the next one."""
    from core.members.models import Member
    from core.progress import services
    from core.progress.merging import merge
    from pages.models import Lesson

    member = Member.objects.create_user(MEMBER, "long-enough-words", name="Mara Bench")
    lessons = list(Lesson.objects.order_by("path"))
    third = len(lessons) // 3
    for lesson in lessons[:third]:
        services.mark_complete(member=member, page=lesson)
    for lesson in lessons[: third + 2]:
        merge(
            member=member.pk,
            asset=lesson.video_id,
            site=lesson.get_site().pk,
            page=lesson.pk,
            ranges=[(0, 60), (90, 140)],
            position=140,
            at=(now() - timedelta(hours=1)).timestamp(),
        )


def session_of(email: str = MEMBER) -> str:
    """Sign a member in; return the session's key for the cookie."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from core.members.models import Member

    member = Member.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.create()
    return session.session_key
