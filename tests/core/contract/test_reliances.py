"""Before a plugin is switched off, Features says what of the site rests on it."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.test import Client

from core.contract import ask, is_on
from core.contract.services import flip
from core.media.models import Asset
from core.members.models import Member
from core.storage.models import StoredObject

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def operator():
    who = Member.objects.create_user("who@lectern.example", "s3cret-words")
    group = Group.objects.create(name="theirs")
    wanted = Permission.objects.filter(codename__in=["access_admin", "change_switch"])
    group.permissions.set(wanted)
    who.groups.add(group)
    client = Client()
    client.force_login(who, settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def full(site):
    """Two trees of files and a video of this site's."""
    for key in ("aa/one/original", "bb/two/tree"):
        StoredObject.objects.create(
            site=site, provider="local_disk", key=key, size=3 * 2**20, files=4
        )
    Asset.objects.create(site=site, title="A film", status=Asset.Status.READY)
    Asset.objects.create(site=site, title="A paper", kind=Asset.Kind.FILE)


def told(plugin, site):
    return [(one.what, one.consequence) for one in ask("reliances", plugin=plugin, site_id=site.pk)]


def switch(operator, plugin, site, **data):
    return operator.post(f"/admin/features/{plugin}/switch/{site.pk}/", {"is_on": "0", **data})


def test_the_place_of_a_sites_files_is_named_with_their_number(site, full):
    assert told("local_disk", site) == [
        (
            "8 files (6.0\xa0MB) lie at “This machine's disk”.",
            "They cannot be watched, shown or downloaded while it is off. Nothing is deleted.",
        ),
        (
            "New files are kept at “This machine's disk”.",
            "Uploads are refused until it is on again.",
        ),
    ]


def test_what_another_site_keeps_on_can_still_be_read(site, other_site, full):
    assert told("local_disk", site)[0][1].startswith("What is there can still be read")
    assert told("ffmpeg", site)[0][1].startswith("They still play")
    flip(site=other_site, plugin="local_disk", is_on=False)
    assert told("local_disk", site)[0][1].startswith("They cannot be watched")


def test_the_films_a_plugin_has_encoded_are_counted_and_those_that_wait(site, full):
    assert [what for what, _ in told("ffmpeg", site)] == [
        "One video or recording was prepared by it.",
        "It prepares new videos and recordings.",
    ]
    Asset.objects.create(site=site, title="On its way", status=Asset.Status.PROCESSING)
    assert told("ffmpeg", site)[1][0] == "One upload is waiting for it."


def test_another_sites_files_are_not_counted(other_site, full):
    assert [what for what, _ in told("local_disk", other_site)] == [
        "New files are kept at “This machine's disk”."
    ]


@pytest.mark.parametrize(
    "plugin, words", [("local_disk", "8 files"), ("ffmpeg", "One video or recording")]
)
def test_it_is_asked_first_and_switched_when_sure(operator, site, full, plugin, words):
    asked = switch(operator, plugin, site)
    assert asked.status_code == 200
    text = asked.content.decode()
    assert words in text
    assert 'name="is_sure" value="1"' in text
    assert is_on(plugin, site)
    done = switch(operator, plugin, site, is_sure="1", back="list")
    assert done["location"] == "/admin/features/"
    assert not is_on(plugin, site)


def test_nobody_is_asked_where_nothing_rests_on_it(operator, site, garden):
    garden.plant("idle")
    assert switch(operator, "idle", site).status_code == 302
    assert not is_on("idle", site)


def test_switching_on_needs_no_question(operator, site, full):
    flip(site=site, plugin="local_disk", is_on=False)
    assert switch(operator, "local_disk", site, is_on="1").status_code == 302
    assert is_on("local_disk", site)


def test_a_plugin_may_name_what_rests_on_another(operator, site, garden):
    garden.plant("idle")
    garden.plant(
        "shop",
        """
        @hookimpl
        def reliances(plugin, site_id):
            return [Reliance("Its shelf is full.", "It closes.")] if plugin == "idle" else []
        """,
    )
    assert told("idle", site) == [("Its shelf is full.", "It closes.")]
    assert "Its shelf is full." in switch(operator, "idle", site).content.decode()


def test_one_that_fails_to_name_does_not_stand_in_the_way(operator, site, garden):
    garden.plant("shop", "@hookimpl\ndef reliances(plugin, site_id): raise RuntimeError('no')\n")
    garden.plant("idle")
    assert switch(operator, "idle", site).status_code == 302
