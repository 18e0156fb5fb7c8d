"""A show whose episodes can really be downloaded, and whoever subscribes to it."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import ReferenceIndex

from core.access.feeds.models import FeedKey
from core.access.feeds.services import issue_feed_key
from core.media.models import Asset
from core.members.models import Member
from core.playback import entitlement, queries
from core.storage.services import store
from pages.models import Episode, Podcast
from tests.factories import add_page, close_to_all_but, fresh, make_member, the_site

SOUND = Path(settings.BASE_DIR) / "static" / "audio" / "feed_paused.m4a"
MP4 = {"audio_codec": "aac", "container": "mov,mp4,m4a,3gp,3g2,mj2"}
MP3 = {"audio_codec": "mp3float", "container": "mp3"}


@pytest.fixture(autouse=True)
def _forgetful():
    """Answers kept for seconds belong to the test that asked."""
    yield
    entitlement.forget()
    queries.forget()


def make_sound(title="Sound", **fields):
    """An asset whose original is a real M4A on this machine."""
    site = the_site()
    original = store(site=site, source=SOUND, content_type="audio/mp4")
    fields = {"probe": MP4, "duration": 10.5, "kind": Asset.Kind.AUDIO} | fields
    return Asset.objects.create(
        site=site, title=title, status=Asset.Status.READY, original=original, **fields
    )


def add_episode(show: Podcast, episode: Episode) -> Episode:
    """Publish it, and let the index of what pages use know at once."""
    page = add_page(fresh(show), episode)
    ReferenceIndex.create_or_update_for_object(page)
    return page


def add_episodes(show: Podcast, many: int, *, first: int = 1) -> list[Episode]:
    return [
        add_episode(
            show,
            Episode(
                title=f"Episode {n}", number=n, summary=f"About {n}.", media=make_sound(),
                body=[("text", f"<p>Notes <b>of</b> {n}. <a href='/x/'>More</a></p>")],
            ),
        )
        for n in range(first, first + many)
    ]  # fmt: skip


@dataclass
class Subscribed:
    """A show for one tier, a member of it, and the address in their app."""

    show: Podcast
    tier: Group
    member: Member
    key: FeedKey
    token: str

    @property
    def address(self) -> str:
        return f"/feeds/podcast/{self.token}.xml"

    def fetch(self, path: str = "", **headers):
        return Client(headers={"user-agent": "AntennaPod/3.5", **headers}).get(path or self.address)


@pytest.fixture
def subscribed(db):
    show = add_page(
        the_site().root_page,
        Podcast(
            title="The Quiet Practice", author="Mara", summary="Short & calm.",
            category="Education: Courses", owner_email="mara@lectern.example",
            persons=[("person", {"name": "Mara", "role": "host", "link": "https://mara.example/"})],
        ),
    )  # fmt: skip
    tier = Group.objects.create(name="Inner circle")
    close_to_all_but(show, tier)
    member = make_member()
    member.groups.add(tier)
    add_episodes(show, 2)
    key, token = issue_feed_key(member=member, site=the_site(), kind="podcast", page=show)
    return Subscribed(fresh(show), tier, member, key, token)
