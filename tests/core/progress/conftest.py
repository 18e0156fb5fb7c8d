"""A small program, an asset, two members."""

from collections.abc import Callable

import pytest
from wagtail.models import Site

from core.contract import hookimpl, registry
from core.media.models import Asset
from core.members.models import Member
from core.progress import services
from pages.models import Lesson, Module, Program


@pytest.fixture(autouse=True)
def _fresh_rules():
    services._rule.cache_clear()


@pytest.fixture
def site(db) -> Site:
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def member(db) -> Member:
    return Member.objects.create_user("watcher@lectern.example", "s3cret-words")


@pytest.fixture
def other(db) -> Member:
    return Member.objects.create_user("neighbour@lectern.example", "s3cret-words")


@pytest.fixture
def asset(site) -> Asset:
    return Asset.objects.create(site=site, title="Breathing", duration=100.4)


@pytest.fixture
def program(site) -> Program:
    return site.root_page.add_child(instance=Program(title="Diamond", slug="diamond"))


@pytest.fixture
def add_module(program) -> Callable[..., Module]:
    def add(lessons: int = 0, *, site: Site | None = None, **fields) -> Module:
        count = program.get_children_count()
        module = program.add_child(instance=Module(title=f"Module {count}", slug=f"module-{count}"))
        for number in range(lessons):
            add_lesson_to(module, number, **fields)
        return module

    return add


def add_lesson_to(module: Module, number: int, *, duration: float = 60, **fields) -> Lesson:
    where = Site.objects.get(is_default_site=True)
    video = Asset.objects.create(site=where, title=f"Film {number}", duration=duration)
    fields = {"video": video, **fields}
    return module.add_child(
        instance=Lesson(title=f"Lesson {number}", slug=f"lesson-{number}", **fields)
    )


@pytest.fixture
def lesson(add_module, asset) -> Lesson:
    return add_lesson_to(add_module(), 0, video=asset)


class Listener:
    """Somebody who wants to know of completions."""

    @hookimpl
    def lesson_completed(self, member_id: int, page_id: int, site_id: int) -> None:
        raise NotImplementedError  # delivered by a worker, which no test of this room starts


@pytest.fixture
def listener():
    listener = Listener()
    registry.manager.register(listener, name="listener")
    registry.rooms.add("listener")
    yield listener
    registry.rooms.discard("listener")
    registry.manager.unregister(listener)
