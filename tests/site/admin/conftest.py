"""Two sites, an editor of one, a program, and media in every state."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils.timezone import now
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Site

from core.media.models import Asset, Rendition, Upload
from core.members.models import Member
from pages.models import Home, Lesson, Module, Program
from plugins.ffmpeg.commands import binary

SHELF_RIGHTS = ("add_asset", "change_asset", "choose_asset")
PAGE_RIGHTS = ("add_page", "change_page", "publish_page")


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_UPLOADS = tmp_path / "data" / "uploads"


@pytest.fixture
def site(db) -> Site:
    return Site.objects.select_related("root_page").get(is_default_site=True)


@pytest.fixture
def home(site) -> Home:
    return site.root_page.specific


@pytest.fixture
def other_home(home) -> Home:
    root = home.get_parent().add_child(instance=Home(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", root_page=root, site_name="Other")
    return root


@pytest.fixture
def other_site(other_home) -> Site:
    return Site.objects.get(root_page=other_home)


def editing(page, name: str, rights=PAGE_RIGHTS, shelves=SHELF_RIGHTS) -> Member:
    """Make a member who edits what stands under ``page``."""
    group = Group.objects.create(name=f"{name} of {page.title}")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for right in rights:
        found = Permission.objects.get(codename=right, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.create(group=group, page=page, permission=found)
    for right in shelves:
        found = Permission.objects.get(codename=right)
        GroupCollectionPermission.objects.create(
            group=group, collection=Collection.get_first_root_node(), permission=found
        )
    person = Member.objects.create_user(f"{name}@lectern.example".lower(), "s3cret-words")
    person.groups.add(group)
    return person


@pytest.fixture
def editor(home) -> Member:
    return editing(home, "Editor")


@pytest.fixture
def author(home) -> Member:
    return editing(home, "Author", rights=("add_page",), shelves=("add_asset", "choose_asset"))


@pytest.fixture
def stranger(other_home) -> Member:
    return editing(other_home, "Stranger")


@pytest.fixture
def boss(db) -> Member:
    return Member.objects.create_superuser("boss@lectern.example", "s3cret-words")


@pytest.fixture
def as_() -> Callable[[Member], Client]:
    def sign_in(person: Member) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def program(home) -> Program:
    """Two modules, A with lessons 1 2 3, B with lesson 4."""
    made = home.add_child(instance=Program(title="Program", slug="program"))
    for name, numbers in (("A", (1, 2, 3)), ("B", (4,))):
        module = made.add_child(instance=Module(title=name, slug=name.lower()))
        for number in numbers:
            module.add_child(instance=Lesson(title=f"Lesson {number}", slug=f"lesson-{number}"))
    return Program.objects.get(pk=made.pk)


def named(title: str):
    """Return the lesson or module with a title, fresh."""
    found = Lesson.objects.filter(title=title).first() or Module.objects.filter(title=title).first()
    assert found is not None, title
    return found


def order(program: Program) -> dict[str, list[str]]:
    """Return the lessons' titles by their module's."""
    modules = Module.objects.child_of(program).order_by("path")
    return {
        module.title: [lesson.title for lesson in Lesson.objects.child_of(module).order_by("path")]
        for module in modules
    }


@pytest.fixture
def make_asset(site):
    def make(title="A film", *, status="ready", at=None, kind="video", **more) -> Asset:
        is_playable = status == "ready"
        asset = Asset.objects.create(
            site=at or site,
            title=title,
            status=status,
            kind=kind,
            playable_at=now() if is_playable else None,
            **more,
        )
        if is_playable and kind == "video":
            Rendition.objects.create(asset=asset, name="240p", height=240)
        return asset

    return make


@pytest.fixture
def receiving(make_asset, editor):
    """An asset of which 30 of 100 bytes have arrived."""
    asset = make_asset("Arriving", status="uploading")
    Upload.objects.create(
        asset=asset, member=editor, file_name="a.mp4", size=100, received=30, expires_at=now()
    )
    return asset


@pytest.fixture(scope="session")
def film(tmp_path_factory) -> Path:
    """A second of H.264 and AAC."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=1"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"]
    coded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "12", "-c:a", "aac", "-ac", "2"]
    subprocess.run(
        [binary(), "-v", "error", *picture, *sound, *coded, str(path)], check=True, timeout=60
    )
    return path
