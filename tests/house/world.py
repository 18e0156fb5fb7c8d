"""A world in which every URL leads to something: two sites, five roles, one of each thing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils.timezone import now
from PIL import Image as Pixels
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    PageViewRestriction,
    Site,
    Task,
    Workflow,
)

from core.access.feeds.models import FeedKey
from core.access.feeds.services import digest_of
from core.jobs.batches.models import Batch
from core.media.models import Asset
from core.media.moving.models import Move
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from core.members.models import Member
from pages.models import Arrival, Coaching, Event, Home, Lesson, Module, Podcast, Program

PAGE_WORK = ("add_page", "change_page", "publish_page")
COLLECTION_WORK = ("add", "change", "choose")
TOKEN = "the-token-of-one-feed"
ROLES = ("anonymous", "member", "editor", "operator", "other")


@dataclass
class World:
    """``other`` edits another site of the same deployment and has no business here."""

    site: Site
    members: dict[str, Member]
    things: dict[str, object]  # by a part of the pattern; the first that it contains decides
    names: dict[str, object]  # by the argument's own name, which decides before

    def value(self, pattern: str, name: str) -> str:
        """Return what stands for a pattern's argument."""
        if name in self.names:
            return str(self.names[name])
        for part, thing in self.things.items():
            if part in pattern:
                return str(thing)
        return "0"  # nothing has this number, in whatever order tests run


# A URL's argument, and what stands for it.
NAMES = {
    "revision_id": "revision",
    "page_id": "lesson",
    "page_pk": "lesson",
    "parent_page_id": "program",
    "page_to_move_id": "lesson",
    "destination_id": "program",
    "image_id": "image",
    "document_id": "document",
    "doc_id": "document",
    "asset_id": "asset",
    "task_id": "task",
    "workflow_pk": "workflow",
    "collection_id": "collection",
    "site_id": "site",
    "redirect_id": "redirect",
    "token": "token",
    "arrival_pk": "arrival",
}
# A part of a URL, and what its nameless number means; the first that fits.
THINGS = {
    "admin/images": "image",
    "admin/documents": "document",
    "documents/": "document",
    "admin/media/moves/batches": "batch",
    "admin/media": "asset",
    "admin/sites": "site",
    "settings/": "site",
    "admin/users": "member",
    "admin/groups": "group",
    "admin/collections": "collection",
    "task": "task",
    "admin/workflows": "workflow",
    "admin/redirects": "redirect",
    "admin/searchpicks": "query",
    "admin/features": "plugin",
    "admin/attendance": "event",
    "admin/programs": "program",
    "events/": "event",
    "calendar/<int:pk>.ics": "event",
    "admin/pages": "lesson",
    "admin/outline": "program",
    "uuid": "uuid",
    "/subscribe/": "show",
    "podcast-import/": "show",
    "podcast-feeds/": "key",
    "episode_file": "sound",
    "episode_words": "chapters",
}


def build() -> World:
    site, home, elsewhere = _sites()
    own = Collection.get_first_root_node().add_child(name="Here")
    foreign = Collection.get_first_root_node().add_child(name="There")
    members = {
        "member": Member.objects.create_user("member@lectern.example"),
        "editor": _editor("editor@lectern.example", home, own),
        "operator": Member.objects.create_superuser("operator@lectern.example"),
        "other": _editor("other@lectern.example", elsewhere, foreign),
    }
    made: dict[str, Any] = {
        **_pages(home),
        **_media(site, own),
        "workflow": Workflow.objects.create(name="Review"),
        "task": Task.objects.create(name="Look"),
        "redirect": Redirect.objects.create(old_path="/old", redirect_link="/new", site=site),
        "query": Query.get("lesson"),
        "group": members["editor"].groups.get(),
        "member": members["member"],
        "collection": own,
        "site": site,
    }
    owner = {"member": made["member"], "site": site, "page": made["show"]}
    made["key"] = FeedKey.objects.create(
        kind=FeedKey.Kind.PODCAST, digest=digest_of(TOKEN), **owner
    )
    made["arrival"] = Arrival.objects.create(show=made["show"], guid="gone", title="Gone")
    keys = {word: thing.pk for word, thing in made.items()}
    keys |= {"plugin": "local_disk", "uuid": uuid.UUID(int=7)}
    keys |= {"sound": "audio.m4a", "chapters": "chapters.json", "token": TOKEN}
    things = {part: keys[word] for part, word in THINGS.items()}
    names = {argument: keys[word] for argument, word in NAMES.items()}
    return World(site, members, things, names)


def _sites() -> tuple[Site, Home, Home]:
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    tree = site.root_page.get_parent()
    elsewhere = tree.add_child(instance=Home(title="Elsewhere", slug="elsewhere"))
    Site.objects.create(hostname="other.example", root_page=elsewhere, site_name="Other")
    home = tree.add_child(instance=Home(title="Here", slug="here"))
    site.root_page = home
    site.save()
    return site, home, elsewhere


def _pages(home: Home) -> dict[str, Any]:
    program = home.add_child(instance=Program(title="Program", slug="program"))
    module = program.add_child(instance=Module(title="Module", slug="module"))
    lesson = module.add_child(instance=Lesson(title="Lesson", slug="lesson"))
    PageViewRestriction.objects.create(page=module, restriction_type="login")
    return {
        "program": program,
        "lesson": lesson,
        "revision": lesson.save_revision(),
        "event": _event(home),
        "show": _show(home),
    }


def _show(home: Home) -> Podcast:
    show = home.add_child(instance=Podcast(title="Show", slug="show"))
    PageViewRestriction.objects.create(page=show, restriction_type="login")
    return show


def _event(home: Home) -> Event:
    coaching = home.add_child(instance=Coaching(title="Coaching", slug="coaching"))
    PageViewRestriction.objects.create(page=coaching, restriction_type="login")
    begins = now() + timedelta(days=1)
    ends = begins + timedelta(hours=1)
    session = Event(title="Session", slug="session", starts_at=begins, ends_at=ends)
    return coaching.add_child(instance=session)


def _media(site: Site, shelf: Collection) -> dict[str, Any]:
    paper = ContentFile(b"words", "paper.txt")
    film = _say(Asset.objects.create(site=site, title="Film", collection=shelf))
    return {
        "batch": _batch(film),
        "image": Image.objects.create(title="Picture", file=_picture(), collection=shelf),
        "document": Document.objects.create(title="Paper", file=paper, collection=shelf),
        "asset": film,
    }


def _batch(film: Asset) -> Batch:
    batch = Batch.objects.create(kind="media.move", target="ffmpeg")
    Move.objects.create(batch=batch, asset=film, source="mux", target="ffmpeg")
    return batch


def _say(asset: Asset) -> Asset:
    """Give a film captions and a chapter, so that their doors are tried with something behind."""
    cues = [{"start": 0, "end": 1, "text": "Words."}]
    write(asset=asset, language="en", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)
    return asset


def _editor(email: str, home: Home, collection: Collection) -> Member:
    person = Member.objects.create_user(email)
    group = Group.objects.create(name=email)
    group.permissions.add(
        Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    )
    for name in PAGE_WORK:
        permission = Permission.objects.get(codename=name, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=home, permission=permission)
    for permission in Permission.objects.filter(
        codename__in=[
            f"{verb}_{kind}" for verb in COLLECTION_WORK for kind in ("image", "document", "asset")
        ]
    ):
        GroupCollectionPermission.objects.create(
            group=group, collection=collection, permission=permission
        )
    person.groups.add(group)
    return person


def _picture() -> ImageFile:
    out = BytesIO()
    Pixels.new("RGB", (16, 9), "teal").save(out, "PNG")
    return ImageFile(BytesIO(out.getvalue()), "picture.png")
