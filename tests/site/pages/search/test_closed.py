"""A search does not tell what is said in an episode that is closed, or in a replay that was."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.access.queries import reach_of
from core.media.models import Asset
from core.progress.models import Completion
from pages.foundation import found_site
from pages.models import Episode, Event, Podcast
from pages.search.queries import search
from tests.factories import add_page, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return found_site()


@pytest.fixture
def member(site):
    return make_member()


@pytest.fixture
def put(django_capture_on_commit_callbacks):
    def put(parent, page):
        with django_capture_on_commit_callbacks(execute=True):
            return add_page(parent, page)

    return put


@pytest.fixture
def spoken(monkeypatch):
    """What is said in a sound, for the index to take."""
    said = {}
    monkeypatch.setattr("pages.models.spoken.all_said", lambda asset: said.get(asset, ""))

    def speak(words):
        asset = Asset.objects.create(site=found_site(), title="Sound")
        said[asset.pk] = words
        return asset

    return speak


@pytest.fixture
def show(site, put, spoken):
    """A show that opens one episode a week; all of them speak of lungs."""
    show = put(site.root_page, Podcast(title="Quiet", opens_every=7))
    for n in range(1, 13):
        sound = spoken(f"The lungs, {n} times breathing for the heart.")
        put(show, Episode(title=f"Part {n}", number=n, media=sound))
    return show


def found(member, site, said, limit=50):
    return [(hit.title, hit.snippet) for hit in search(reach_of(member, site), said, limit=limit)]


def names(member, site, said):
    return sorted(title for title, _snippet in found(member, site, said))


@pytest.mark.parametrize("said", ["lungs", "breathng", "heart lungs", "lungs elephants"])
def test_an_episode_is_found_by_what_is_said_once_it_is_open(said, site, member, show):
    assert names(member, site, said) == ["Part 1"]
    member.joined_at = now() - timedelta(days=8)
    member.save()
    assert names(member, site, said) == ["Part 1", "Part 2"]
    Completion.objects.create(member=member, page=Episode.objects.get(number=7))
    assert names(member, site, said) == ["Part 1", "Part 2", "Part 7"]


def test_strangers_find_the_first_and_editors_all(site, show):
    boss = make_member(is_staff=True, is_superuser=True)
    assert names(None, site, "lungs") == ["Part 1"]
    assert len(names(boss, site, "lungs")) == 12


def test_what_is_closed_takes_no_place_from_what_is_open(site, member, show):
    assert [title for title, _snippet in found(member, site, "lungs", limit=1)] == ["Part 1"]


def test_a_closed_show_costs_a_search_the_same_however_long(
    site, member, put, show, django_assert_num_queries
):
    search(reach_of(member, site), "lungs")
    for more in (0, 30):
        for n in range(more):
            put(show, Episode(title="More of the lungs", number=20 + n))
        reach = reach_of(member, site)
        with django_assert_num_queries(8):
            search(reach, "lungs")


OPEN = {"starts_at": timedelta(hours=-3), "ends_at": timedelta(hours=-2), "replay_until": None}


@pytest.mark.parametrize(
    "closed",
    [{"replay_until": timedelta(seconds=-1)}, {"ends_at": timedelta(hours=1)}],
    ids=["closed again", "not open yet"],
)
def test_a_replay_that_is_closed_is_found_by_its_page_alone(site, member, put, spoken, closed):
    times = {name: left and now() + left for name, left in OPEN.items()}
    about = {"title": "Open hour", "host": "Miriam Adler", "summary": "On calm."}
    replay = spoken("The lungs are breathing.")
    event = put(site.root_page, Event(replay=replay, **about, **times))
    [(title, snippet)] = found(member, site, "lungs")
    assert (title, "lungs" in snippet) == ("Open hour", True)
    times = {name: now() + left for name, left in closed.items()}
    Event.objects.filter(pk=event.pk).update(**times)
    for said in ("lungs", "breathng", "hour lungs"):
        assert found(member, site, said) == []
    for said in ("adler", "adlr", "hour", "cal"):
        [(title, snippet)] = found(member, site, said)
        assert "hour" in title
        assert "lungs" not in snippet
