"""What Mux made of one file is never taken for another's, however the other one came."""

import pytest
from django.utils.timezone import now

from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import spool
from core.media.editing.models import Edition
from core.media.editing.queries import playing
from core.media.errors import UploadRefused
from core.media.models import Asset, Upload
from core.media.queries import remembered
from core.media.services import assets, finish, start_upload
from core.playback.services import grant
from core.storage.models import StoredObject
from plugins.mux import captions
from plugins.mux.events import MuxEvents
from tests.journeys.clips import make_clip

from .test_mux import ingest, work_until

ANOTHER = "0190f0e0-0000-7000-8000-000000000000"


@pytest.fixture
def ready(account, site, editor, film):
    asset = ingest(site, editor, film)
    work_until(asset, state="succeeded")
    return asset


@pytest.fixture
def longer(tmp_path):
    return make_clip(tmp_path / "longer.mp4", seconds=6)


def made_of(asset, original):
    """Say that what is remembered was made of another file, or (None) not of which."""
    known = dict(asset.provider_data["mux"])
    del known["original"]
    told = known if original is None else {**known, "original": original}
    Asset.objects.filter(pk=asset.pk).update(provider_data={"mux": told})
    asset.refresh_from_db()


def replaced(asset):
    former = playing(asset)
    return Edition.objects.create(
        asset=asset, number=former.number + 1, cause="replaced", state="kept", flipped_at=now()
    )


def answer(asset, site, editor):
    return grant(member=editor, asset=asset, site=site)


def fill(asset, path, editor):
    upload = start_upload(
        site=asset.site, member=editor, file_name="b.mp4", size=path.stat().st_size,
        content_type="video/mp4", asset=asset,
    )  # fmt: skip
    spool.path_of(upload.pk).write_bytes(path.read_bytes())
    Upload.objects.filter(pk=upload.pk).update(received=upload.size)
    finish(upload)
    asset.refresh_from_db()


def test_what_is_remembered_names_its_file(ready, site, editor, account):
    assert ready.provider_data["mux"]["original"] == str(ready.original_id)
    assert answer(ready, site, editor).source.url.startswith(account.url)


def test_a_file_in_place_of_one_that_failed_is_sent_itself(ready, longer, editor, account):
    former = ready.provider_data["mux"]["asset"]
    Asset.objects.filter(pk=ready.pk).update(status="failed")
    ready.refresh_from_db()
    fill(ready, longer, editor)
    assert ready.provider_data == {}
    work_until(ready, state="succeeded")
    assert ready.provider_data["mux"]["asset"] != former
    assert ready.duration == pytest.approx(6, abs=0.3)
    run_now(Job.objects.get(kind="mux.forget"))
    assert list(account.assets) == [ready.provider_data["mux"]["asset"]]


def test_what_was_made_of_another_file_is_read_by_nobody(ready, site, editor, account):
    theirs = ready.provider_data["mux"]["asset"]
    made_of(ready, ANOTHER)
    assert answer(ready, site, editor).refusal.code == "unplayable"
    asked = len(account.asked)
    captions.ask_for(ready.pk)
    run_now(Job.objects.filter(kind=captions.KIND).latest("pk"))
    assert len(account.asked) == asked
    gone = {"data": {"id": theirs, "passthrough": str(ready.pk)}}
    MuxEvents().handle("video.asset.deleted", gone, site)
    ready.refresh_from_db()
    assert ready.status == "ready"


def test_retry_sends_the_file_that_mux_has_not(ready, site, editor, account):
    made_of(ready, ANOTHER)
    assets.retry(ready)
    work_until(ready, state="succeeded")
    assert account.asked.count("POST /video/v1/uploads") == 2
    assert answer(ready, site, editor).source.url.startswith(account.url)


def test_what_names_no_file_counts_where_there_was_only_one(ready, site, editor, account):
    made_of(ready, None)
    assert answer(ready, site, editor).source.url.startswith(account.url)
    replaced(ready)
    assert remembered(ready, "mux") == {}
    assert answer(ready, site, editor).refusal.code == "unplayable"


@pytest.mark.parametrize(
    "is_here, words", [(True, "Press “Retry”; once"), (False, "Upload that one as a new video")]
)
def test_a_failed_video_with_versions_says_what_to_do_instead(site, editor, is_here, words):
    file = StoredObject.objects.create(site=site, provider="local_disk", key="ab/1", size=1)
    asset = Asset.objects.create(
        site=site, title="Breathing", status="failed", original=file if is_here else None
    )
    replaced(asset)
    told = {"file_name": "b.mp4", "size": 9, "content_type": "video/mp4"}
    with pytest.raises(UploadRefused, match=words) as refused:
        start_upload(site=site, member=editor, asset=asset, **told)
    assert "“Breathing”" in str(refused.value)
