"""A preparation publishes best first, once, only while its claim holds, and says how it ended."""

from __future__ import annotations

import pytest

from core.contract.errors import Cancelled, StaleClaim
from core.jobs.claims import Claim, claim
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.media.models import Asset, Stage
from core.media.services import preparation
from core.storage.models import StoredObject
from core.storage.services import place, sweep_doomed
from plugins.ffmpeg import playlists, provider
from workers.media import prepare as door

from .conftest import AAC, H264, job_of, make, picture, sound, told

pytestmark = pytest.mark.usefixtures("listener")


@pytest.fixture
def taken(ingest, film):
    """An asset whose job a worker has claimed, and that claim."""
    asset = ingest(film)
    return asset, take(job_of(asset))


def take(job) -> Claim:
    from core.jobs.doors import door_of

    held = claim(job_id=job.pk, worker="test", lease=door_of(job.kind).lease)
    assert held is not None
    return held


def lose(job):
    """Somebody else holds the job now."""
    Job.objects.filter(pk=job.pk).update(fence=job.fence + 1)


def test_a_film_becomes_ready_with_every_stage_done(prepare, film):
    asset = prepare(film)
    assert (asset.status, asset.error, asset.kind) == ("ready", "", "video")
    assert (asset.width, asset.height) == (320, 180)
    assert asset.duration == pytest.approx(6, abs=0.1)
    assert [(stage.name, stage.state) for stage in services.stages_of(asset)] == [
        ("probe", "done"),
        ("first", "done"),
        ("poster", "done"),
        ("sound", "done"),
        ("storyboard", "done"),
        ("file", "skipped"),
    ]
    assert asset.poster
    assert asset.storyboard
    assert asset.playable_at <= asset.ready_at
    assert not asset.renditions.filter(is_growing=True).exists()
    assert told("asset_ready", asset) == 1
    assert told("asset_failed", asset) == 0


def test_a_second_end_announces_nothing(prepare, film):
    asset = prepare(film)
    preparation.mark_ready(asset)
    assert told("asset_ready", asset) == 1


def test_nothing_is_left_over(prepare, film, settings):
    asset = prepare(film)
    StoredObject.objects.exclude(doomed_at=None).update(doomed_at=asset.created_at)
    sweep_doomed()
    kept = {asset.original, asset.poster, asset.storyboard, asset.waveform}
    kept |= {candidate.object for candidate in asset.poster_candidates.all()}
    kept |= {rendition.object for rendition in asset.renditions.all()}
    assert set(StoredObject.objects.all()) == kept
    files = {key.rsplit("/", 1)[0] for key in place(asset.original).walk()}
    roots = {one.key for one in kept if one.shape == "tree"}
    roots |= {one.key.rsplit("/", 1)[0] for one in kept if one.shape == "file"}
    assert files == roots
    assert not list((settings.DATA_DIR / "work").glob("*"))
    assert not list(settings.MEDIA_UPLOADS.iterdir())


def test_a_stale_claim_publishes_nothing(taken):
    asset, held = taken
    lose(held.job)
    with pytest.raises(StaleClaim):
        door.run(held)
    asset.refresh_from_db()
    assert asset.status == Asset.Status.PROCESSING
    assert not asset.renditions.exists()


def test_what_a_stale_claim_made_is_swept(taken, monkeypatch):
    asset, held = taken
    work_folder = held.folder

    def lost_in_the_middle(folder, segments, *, is_growing, target=0):
        lose(held.job)
        write(folder, segments, is_growing=is_growing, target=target)

    write = playlists.write
    monkeypatch.setattr(playlists, "write", lost_in_the_middle)
    with pytest.raises(StaleClaim):
        door.run(held)
    held.tidy()
    assert not asset.renditions.exists()
    assert not work_folder.exists()
    sweep_doomed()
    assert list(StoredObject.objects.all()) == [asset.original]


def test_a_retry_goes_on_with_what_is_published(taken, prepare, film, monkeypatch):
    asset, held = taken

    def dies(_work):
        raise StaleClaim

    held.job.queue = preparation.QUEUE  # its turn has come
    held.job.save(update_fields=["queue"])
    monkeypatch.setattr(provider, "make_storyboard", dies)
    with pytest.raises(StaleClaim):
        door.run(held)
    monkeypatch.undo()
    before = {row.name: row.object_id for row in asset.renditions.all()}
    poster = Asset.objects.get(pk=asset.pk).poster_id
    assert before
    assert poster
    Job.objects.filter(pk=held.job.pk).update(lease_until=asset.created_at)
    run_now(held.job)
    asset.refresh_from_db()
    assert asset.status == "ready"
    assert {row.name: row.object_id for row in asset.renditions.all()} == before
    assert asset.poster_id == poster
    assert told("asset_ready", asset) == 1


def test_a_deleted_asset_stops_its_job_and_leaves_no_byte(taken):
    asset, held = taken
    services.delete(Asset.objects.get(pk=asset.pk))
    with pytest.raises((Cancelled, StaleClaim)):
        held.progress(0.1, "any")
    door.run(held)  # nothing to do
    sweep_doomed()
    assert not StoredObject.objects.exists()


def test_an_asset_deleted_in_the_middle_is_not_published(taken, monkeypatch):
    asset, held = taken
    original = provider.make_poster

    def deleted_first(work):
        services.delete(Asset.objects.get(pk=asset.pk))
        original(work)

    monkeypatch.setattr(provider, "make_poster", deleted_first)
    with pytest.raises(Cancelled):
        door.run(held)
    held.tidy()
    assert not StoredObject.objects.filter(doomed_at=None).exists()


def test_a_failure_is_told_once_in_plain_words_on_asset_and_stage(prepare, tmp_path):
    path = tmp_path / "noise.mp4"
    path.write_bytes(b"\0\0\0\x18ftypmp42" + b"\xa5" * 5000)
    asset = prepare(path)
    assert asset.status == "failed"
    assert "upload it again" in asset.error
    (stage,) = services.stages_of(asset)
    assert (stage.name, stage.state, stage.error) == ("probe", Stage.State.FAILED, asset.error)
    assert told("asset_failed", asset) == 1
    assert told("asset_ready", asset) == 0
    assert job_of(asset).attempt == 1  # what is broken is not tried again


def test_a_failed_asset_can_be_retried(prepare, film, monkeypatch):
    def breaks(_work):
        from core.contract.errors import VideoError

        raise VideoError("The poster fell off the wall.")

    monkeypatch.setattr(provider, "make_poster", breaks)
    asset = prepare(film)
    assert (asset.status, asset.error) == ("failed", "The poster fell off the wall.")
    monkeypatch.undo()
    services.retry(asset)
    asset.refresh_from_db()
    assert (asset.status, asset.error) == ("processing", "")
    run_now(job_of_retry(asset))
    asset.refresh_from_db()
    assert asset.status == "ready"
    stages = services.stages_of(asset).filter(is_late=False)
    assert {stage.state for stage in stages} == {"done", "skipped"}


def job_of_retry(asset):
    return Job.objects.get(kind="media.prepare", subject=f"asset:{asset.pk}", state="queued")


def test_a_sound_is_an_audio_asset(prepare, tmp_path):
    asset = prepare(make(tmp_path / "talk.m4a", *sound(4), *AAC))
    assert (asset.status, asset.kind) == ("ready", "audio")
    assert [(row.name, row.kind, row.codecs) for row in asset.renditions.all()] == [
        ("audio", "audio", "mp4a.40.2"),
        ("audio.m4a", "file", "mp4a.40.2"),
    ]


def test_a_video_ingested_as_audio_keeps_its_sound_only(prepare, film, tmp_path):
    assert [row.name for row in prepare(film, kind="audio").renditions.all()] == [
        "audio",
        "audio.m4a",
    ]
    mute = make(tmp_path / "mute.mp4", *picture(), *H264)
    asset = prepare(mute, kind="audio")
    assert (asset.status, "no sound" in asset.error) == ("failed", True)


def test_words_of_the_source_do_not_reach_members(prepare, tmp_path):
    words = ("-metadata", "title=secret-draft", "-metadata", "comment=secret-place")
    asset = prepare(make(tmp_path / "film.mp4", *picture(), *sound(), *H264, *AAC, *words))
    assert asset.status == "ready"
    for stored in StoredObject.objects.exclude(pk=asset.original_id):
        for key in place(stored).walk(stored.key):
            assert b"secret-" not in b"".join(place(stored).open(key))
