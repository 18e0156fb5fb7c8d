"""What Mux made of one version of a video is never taken for another's, and goes with its own."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.jobs.models import Job
from core.media.editing import services as editing
from core.media.editing.models import Edition
from core.media.editing.queries import playing
from core.media.models import Asset
from core.media.services import assets
from core.playback.services import grant, lend, renew
from core.storage.models import StoredObject

PROBE = {"duration": 60.0, "video_codec": "h264", "frame_rate": 25.0}
OLD = {"mux": {"asset": "old", "playback": "p", "is_sent": True}}
NEW = {"mux": {"asset": "new", "playback": "q", "is_sent": True}}


@pytest.fixture
def film(account, site):
    file = StoredObject.objects.create(site=site, provider="local_disk", key="ab/1", size=1)
    return Asset.objects.create(
        site=site, title="Film", duration=60.0, probe=PROBE, status="ready", provider="mux",
        playable_at=now(), original=file, provider_data=OLD,
    )  # fmt: skip


def replace(film):
    """Let another file play, which ffmpeg has prepared; return the version before it."""
    former = playing(film)
    file = StoredObject.objects.create(site=film.site, provider="local_disk", key="cd/2", size=1)
    edition = Edition.objects.create(
        asset=film, number=former.number + 1, cause="replaced", original=file,
        line=[[0.0, 172800.0, 0.0]],
        facts={"probe": PROBE, "duration": 60.0, "provider": "ffmpeg"},
    )  # fmt: skip
    editing.flip(edition)
    film.refresh_from_db()
    former.refresh_from_db()
    return former


@pytest.mark.parametrize("way", [renew, lend])
def test_who_watches_at_mux_what_gives_way_asks_the_page_anew(film, editor, site, way):
    before = grant(member=editor, asset=film, site=site)
    assert way(before.token).source is not None
    replace(film)
    assert way(before.token).refusal.code == "expired"


def test_who_watches_here_what_gave_way_to_one_at_mux_asks_the_page_anew(film, editor, site):
    Asset.objects.filter(pk=film.pk).update(provider="ffmpeg", provider_data={})
    before = grant(member=editor, asset=Asset.objects.get(pk=film.pk), site=site)
    former = film.editions.create(number=0, cause="first", state="kept")
    tree = StoredObject.objects.create(site=site, provider="local_disk", key="ef/3", size=1)
    facts = {"kind": "hls", "provider": "ffmpeg"}
    former.parts.create(role="rendition", name="480p", object=tree, facts=facts)
    Asset.objects.filter(pk=film.pk).update(edition=1)
    assert renew(before.token).edition == 0
    Asset.objects.filter(pk=film.pk).update(provider="mux", provider_data=NEW)
    assert renew(before.token).refusal.code == "expired"


def forgotten():
    return {job.payload["asset"] for job in Job.objects.filter(kind="mux.forget")}


def test_another_file_is_unknown_to_mux_until_one_goes_back(film):
    former = replace(film)
    assert (film.provider, film.provider_data) == ("ffmpeg", {})
    editing.go_back(former)
    film.refresh_from_db()
    named = {"mux": {**OLD["mux"], "original": str(former.original_id)}}
    assert (film.provider, film.provider_data) == ("mux", named)
    assert forgotten() == set()


def test_what_is_let_go_takes_its_own_copy_along_and_no_other(film):
    former = replace(film)
    Asset.objects.filter(pk=film.pk).update(provider="mux", provider_data=NEW)
    Edition.objects.filter(pk=former.pk).update(kept_until=now() - timedelta(seconds=1))
    assert editing.let_go_due() == 1
    assert forgotten() == {"old"}
    film.refresh_from_db()
    assert film.provider_data == NEW


def test_deleting_deletes_what_was_made_of_every_version(film):
    replace(film)
    Asset.objects.filter(pk=film.pk).update(provider="mux", provider_data=NEW)
    film.refresh_from_db()
    assets.delete(film)
    assert forgotten() == {"old", "new"}
