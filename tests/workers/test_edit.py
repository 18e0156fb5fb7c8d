"""Cutting and replacing with the real ffmpeg: exact frames, sound in step, the former kept."""

from __future__ import annotations

import shutil
import subprocess
from array import array
from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils.timezone import now

from core.contract.errors import Cancelled, Later, StaleClaim
from core.contract.providers import Probe, RenditionDraft
from core.jobs.claims import claim
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services, spool
from core.media.chapters.queries import chapters_of
from core.media.chapters.services import replace_chapters
from core.media.editing import services as editing
from core.media.editing.errors import CannotEdit
from core.media.editing.models import Edition
from core.media.errors import CannotRetry
from core.media.models import Asset, Upload
from core.media.services.preparation import enqueue_preparation, mark_failed
from core.playback.queries import forget
from core.playback.services import grant, renew
from core.storage.models import StoredObject
from core.storage.services import place
from plugins.ffmpeg import cutting, playlists
from plugins.ffmpeg.commands import binary
from workers.media import edit, work

from .conftest import AAC, H264, make, sound
from .conftest import told as told_of

RATE, SECONDS, DARKEST = 25, 6, 40
SELDOM = f"select='not(mod(n,{2 * RATE}))+eq(n,{RATE * SECONDS - 1})'"
COPY = ("-c", "copy")
CHIRP = "sin(2*PI*(300*t+50*t*t))"  # its pitch says which second of the source is heard


@pytest.fixture
def told(tmp_path):
    """A film whose every frame and every moment of sound says where it was."""
    grey = f"color=size=160x90:rate={RATE}:duration={SECONDS},format=gray,geq=lum=N+{DARKEST}"
    heard = f"aevalsrc='0.4*{CHIRP}':s=48000:d={SECONDS}"
    inputs = ("-f", "lavfi", "-i", grey, "-f", "lavfi", "-i", heard)
    return make(tmp_path / "told.mp4", *inputs, *H264, "-crf", "10", *AAC)


def edit_job(asset):
    return Job.objects.filter(kind=editing.KIND, subject=f"asset:{asset.pk}").latest("pk")


def finish(asset):
    run_now(edit_job(asset))
    asset.refresh_from_db()
    return asset


def joined(asset, tmp_path, name=None):
    """Return a rendition as one file."""
    row = asset.renditions.get(name=name) if name else asset.renditions.filter(kind="hls").last()
    folder = tmp_path / f"read-{row.pk}"
    folder.mkdir()
    shelf = place(row.object)
    for key in shelf.walk(row.object.key):
        (folder / key.rsplit("/", 1)[-1]).write_bytes(b"".join(shelf.open(key)))
    whole = folder / "whole.mp4"
    segments = playlists.read(folder)
    names = [playlists.INIT, *(one.name for one in segments)]
    whole.write_bytes(b"".join((folder / one).read_bytes() for one in names))
    return whole, sum(one.seconds for one in segments)


def raw(path, *options):
    command = [binary(), "-nostdin", "-v", "error", "-i", str(path), *options, "pipe:1"]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout


def frames_of(path):
    """Return the number that each frame of the source had, by its grey."""
    shrunk = ("-map", "0:v", "-fps_mode", "passthrough", "-vf", "scale=1:1:flags=area,format=gray")
    return [grey - DARKEST for grey in raw(path, *shrunk, "-f", "rawvideo")]


def heard_at(path, second):
    """Return which second of the source is heard, by the pitch around a second."""
    samples = array("h", raw(path, "-map", "0:a", "-ac", "1", "-ar", "48000", "-f", "s16le"))
    begin = round((second - 0.05) * 48000)
    part = samples[begin : begin + 4800]
    rises = [n for n, (one, two) in enumerate(pairwise(part)) if one < 0 <= two]
    pitch = 48000 * (len(rises) - 1) / (rises[-1] - rises[0])
    return (pitch - 300) / 100


def test_a_cut_keeps_exactly_the_frames_asked_for(prepare, told, tmp_path):
    asset = prepare(told)
    kept = [(0.4, 1.4), (2.0, 3.0), (4.2, 5.6)]
    editing.cut(asset=asset, kept=kept)
    finish(asset)
    whole, seconds = joined(asset, tmp_path)
    wanted = [n for start, end in kept for n in range(round(start * RATE), round(end * RATE))]
    found = frames_of(whole)
    assert len(found) == len(wanted)
    assert max(abs(one - two) for one, two in zip(found, wanted, strict=True)) <= 1  # of grey
    assert asset.duration == pytest.approx(3.4, abs=0.05)
    assert seconds == pytest.approx(3.4, abs=0.05)
    for played, source in ((0.5, 0.9), (1.5, 2.5), (2.7, 4.9)):
        assert heard_at(whole, played) == pytest.approx(source, abs=0.04)
    assert asset.kept == [list(one) for one in kept]
    assert {"audio", "audio.m4a"} <= set(asset.renditions.values_list("name", flat=True))
    assert asset.storyboard_id
    assert asset.waveform_id


def test_a_long_gap_is_jumped_and_joined_as_exactly(prepare, told, tmp_path, monkeypatch):
    monkeypatch.setattr(cutting, "FAR", 0.9)
    asset = prepare(told)
    kept = [(0.2, 0.6), (1.0, 1.4), (3.0, 4.0), (5.2, 6.0)]
    assert len(cutting.Cut(kept).readings) == 3
    editing.cut(asset=asset, kept=kept)
    finish(asset)
    whole, _seconds = joined(asset, tmp_path)
    wanted = [n for start, end in kept for n in range(round(start * RATE), round(end * RATE))]
    found = frames_of(whole)
    assert len(found) == len(wanted)
    assert max(abs(one - two) for one, two in zip(found, wanted, strict=True)) <= 1
    for played, source in ((0.6, 1.2), (1.3, 3.5), (2.2, 5.6)):
        assert heard_at(whole, played) == pytest.approx(source, abs=0.04)


def test_a_recorded_screen_shows_what_stood_there(prepare, told, tmp_path):
    """One frame in two seconds: the frame that a range shows first was there before it."""
    still = make(
        tmp_path / "still.mp4",
        *("-i", str(told), "-vf", SELDOM, "-fps_mode", "vfr"),
        *(*H264, "-crf", "10", "-g", "1", "-c:a", "copy"),
    )
    asset = prepare(still)
    editing.cut(asset=asset, kept=[(1.0, 3.0), (5.0, 6.0)])
    finish(asset)
    whole, seconds = joined(asset, tmp_path)
    assert seconds == pytest.approx(3.0, abs=0.1)
    shown = frames_of(whole)
    for played, frame in ((0.5, 0), (1.5, 2 * RATE), (2.5, 4 * RATE)):
        assert abs(shown[round(played * len(shown) / seconds)] - frame) <= 1
    assert heard_at(whole, 2.5) == pytest.approx(5.5, abs=0.04)


def test_a_sound_that_begins_late_stays_in_step(prepare, told, tmp_path):
    late = make(
        tmp_path / "late.mp4",
        *("-i", str(told), "-ss", "2", "-itsoffset", "2", "-i", str(told)),
        *("-map", "0:v", "-map", "1:a", "-c", "copy"),
    )
    asset = prepare(late)
    editing.cut(asset=asset, kept=[(0.0, 1.0), (1.5, 3.0), (5.0, 6.0)])
    finish(asset)
    whole, _seconds = joined(asset, tmp_path)
    for played, source in ((2.0, 2.5), (3.0, 5.5)):
        assert heard_at(whole, played) == pytest.approx(source, abs=0.04)


def test_a_talk_over_one_slide_is_cut(prepare, told, tmp_path):
    slide = make(tmp_path / "slide.mp4", "-i", told, "-frames:v", "1", "-an", *H264, "-crf", "10")
    talk = make(tmp_path / "talk.mp4", "-i", slide, "-i", told, "-map", "0", "-map", "1:a", *COPY)
    asset = prepare(talk)
    editing.cut(asset=asset, kept=[(1.0, 3.0), (5.0, 6.0)])
    finish(asset)
    whole, seconds = joined(asset, tmp_path)
    assert seconds == pytest.approx(3.0, abs=0.1)
    assert set(frames_of(whole)) <= {0, 1}
    assert heard_at(whole, 2.5) == pytest.approx(5.5, abs=0.04)


def test_ends_are_trimmed_to_the_frame(prepare, told, tmp_path):
    asset = prepare(told)
    editing.cut(asset=asset, kept=[(1.21, 4.79)])
    finish(asset)
    whole, _seconds = joined(asset, tmp_path)
    found = frames_of(whole)
    assert len(found) == 90  # 1.2 to 4.8: on the frames nearest to what was asked for
    assert (abs(found[0] - 30), abs(found[-1] - 119)) <= (1, 1)
    assert all(later - earlier in (0, 1, 2) for earlier, later in pairwise(found))
    assert heard_at(whole, 1.0) == pytest.approx(2.2, abs=0.04)


def test_the_former_plays_until_the_new_is_whole_and_can_come_back(prepare, told):
    asset = prepare(told)
    before = {row.name: row.object_id for row in asset.renditions.all()}
    original, board = asset.original_id, asset.storyboard_id
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    assert {row.name: row.object_id for row in asset.renditions.all()} == before
    finish(asset)
    now_plays = {row.object_id for row in asset.renditions.all()}
    assert not now_plays & set(before.values())
    assert asset.original_id == original
    first = asset.editions.get(number=0)
    assert (first.state, asset.edition) == ("kept", edition.number)
    editing.go_back(first)
    asset.refresh_from_db()
    assert {row.name: row.object_id for row in asset.renditions.all()} == before
    assert (asset.edition, asset.kept, asset.storyboard_id) == (0, [], board)
    assert asset.duration == pytest.approx(6, abs=0.1)
    assert asset.status == Asset.Status.READY


def test_a_failure_leaves_the_former_playing_and_says_why(prepare, told, film):
    asset = prepare(told)
    before = {row.name: row.object_id for row in asset.renditions.all()}
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    path = place(asset.original).local_path(asset.original.key)
    path.write_bytes(path.read_bytes()[:2000])
    finish(asset)
    edition.refresh_from_db()
    assert edition.state == Edition.State.FAILED
    assert "damaged" in edition.error or "cut off" in edition.error
    assert {row.name: row.object_id for row in asset.renditions.all()} == before
    assert (asset.edition, asset.status) == (0, Asset.Status.READY)
    assert not edition.parts.exists()


def test_a_kill_between_making_and_flipping_finishes_once(prepare, told, listener):
    asset = prepare(told)
    editing.cut(asset=asset, kept=[(0, 3)])
    job = edit_job(asset)
    first = claim(job_id=job.pk, worker="killed", lease=timedelta(0))
    edition = Edition.objects.get(pk=job.payload["edition"])
    with pytest.raises(Killed):
        edit.run(Dying(first))
    made = set(edition.parts.filter(role="rendition").values_list("object", flat=True))
    assert made
    finish(asset)
    assert (asset.edition, told_of("asset_edited", asset)) == (edition.number, 1)
    assert made <= {row.object_id for row in asset.renditions.all()}
    edit.run(first)  # back from the dead: there is nothing left to do …
    with pytest.raises(StaleClaim), first.fenced():  # … and nothing it may write
        pass
    assert told_of("asset_edited", asset) == 1


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


class Dying:
    """A claim whose worker dies when it comes to the second thing beside the ladder."""

    def __init__(self, held):
        self._held, self._stages = held, 0

    def __getattr__(self, name):
        return getattr(self._held, name)

    def progress(self, fraction, stage="", **more):
        if stage in ("sound", "storyboard"):
            raise Killed
        return self._held.progress(fraction, stage, **more)


@pytest.fixture
def replacing(site, editor):
    """Upload a file in place of an asset's, as the browser does."""

    def do(asset, path, **lies):
        upload = services.start_upload(
            site=site,
            member=editor,
            file_name=path.name,
            size=path.stat().st_size,
            content_type="video/mp4",
            asset=asset,
            replaces=lies,
        )
        shutil.copyfile(path, spool.path_of(upload.pk))
        Upload.objects.filter(pk=upload.pk).update(received=upload.size)
        services.finish(upload)
        run_now(Job.objects.filter(kind="media.replace").latest("pk"))
        return asset.editions.first()

    return do


def test_another_file_takes_the_place_of_the_first(prepare, told, film, replacing, listener):
    asset = prepare(told)
    replace_chapters(asset=asset, chapters=[(0, "One"), (3, "Two")])
    former = asset.original_id
    edition = replacing(asset, film, offset=1.0)
    assert edition.state == Edition.State.PREPARING
    asset.refresh_from_db()
    assert (asset.original_id, asset.status) == (former, Asset.Status.READY)
    finish(asset)
    assert asset.file_name == "film.mp4"
    assert (asset.width, asset.edition) == (320, edition.number)
    assert chapters_of(asset.pk) == [(1.0, "One"), (4.0, "Two")]
    editing.go_back(asset.editions.get(number=0))
    asset.refresh_from_db()
    assert (asset.original_id, asset.width) == (former, 160)
    assert chapters_of(asset.pk) == [(0.0, "One"), (3.0, "Two")]
    assert told_of("asset_edited", asset) == 2


def test_a_file_that_is_none_leaves_everything(prepare, told, tmp_path, replacing):
    asset = prepare(told)
    before = asset.original_id
    fake = tmp_path / "fake.mp4"
    fake.write_bytes(b"%PDF-1.7 " + b"x" * 500)
    edition = replacing(asset, fake)
    assert edition.state == Edition.State.FAILED
    assert "document" in edition.error
    asset.refresh_from_db()
    assert (asset.original_id, asset.status, asset.edition) == (before, Asset.Status.READY, 0)


@pytest.fixture
def sound_only(tmp_path):
    """A film that was exported without its picture."""
    return make(tmp_path / "sound.mp4", *sound(2), *AAC)


def test_a_video_that_lost_its_picture_gets_it_back(prepare, film, replacing, sound_only):
    asset = prepare(sound_only)
    kinds = []
    for file in (film, sound_only, film):
        Asset.objects.filter(kind=Asset.Kind.VIDEO).update(asked="")  # as before it was written
        replacing(asset, file)
        finish(asset)
        kinds.append((asset.kind, bool(asset.width)))
    assert kinds == [("video", True), ("audio", False), ("video", True)]


def test_a_video_that_failed_without_its_picture_is_filled_with_one(prepare, film, sound_only):
    asset = prepare(sound_only)
    mark_failed(asset, "It was not to be.")
    upload = services.start_upload(
        site=asset.site,
        member=asset.uploaded_by,
        file_name=film.name,
        size=film.stat().st_size,
        content_type="video/mp4",
        asset=asset,
    )
    with film.open("rb") as file:
        services.receive(upload, 0, file)
    services.finish(upload)
    run_now(Job.objects.filter(kind="media.prepare").latest("pk"))
    asset.refresh_from_db()
    assert (asset.status, asset.kind, asset.width) == ("ready", "video", 320)


def test_what_is_to_be_a_sound_stays_one(prepare, film, replacing):
    asset = prepare(film, kind="audio")
    replacing(asset, film)
    finish(asset)
    assert (asset.edition, asset.kind, asset.width) == (1, "audio", None)


def test_what_is_kept_long_enough_goes_with_its_file(prepare, told, film, replacing):
    asset = prepare(told)
    former = asset.original
    replacing(asset, film)
    finish(asset)
    streams = list(asset.editions.get(number=0).parts.exclude(object=None).values("object"))
    assert editing.let_go_due() == 0
    asset.editions.filter(number=0).update(kept_until=now() - timedelta(seconds=1))
    assert editing.let_go_due() == 1
    first = asset.editions.get(number=0)
    assert (first.state, first.original) == (Edition.State.ENDED, None)
    former.refresh_from_db()
    assert former.doomed_at
    doomed = StoredObject.objects.filter(pk__in=[one["object"] for one in streams])
    assert all(one.doomed_at for one in doomed)
    with pytest.raises(CannotEdit):
        editing.go_back(first)


def test_a_sound_is_cut_too(prepare, tmp_path):
    heard = f"aevalsrc='0.4*{CHIRP}':s=48000:d={SECONDS}"
    path = make(tmp_path / "talk.m4a", "-f", "lavfi", "-i", heard, *AAC)
    asset = prepare(path, kind="audio")
    editing.cut(asset=asset, kept=[(1, 2.5), (4, 6)])
    finish(asset)
    assert asset.duration == pytest.approx(3.5, abs=0.05)
    whole, _seconds = joined(asset, tmp_path, "audio")
    assert heard_at(whole, 0.5) == pytest.approx(1.5, abs=0.04)
    assert heard_at(whole, 2.5) == pytest.approx(5.0, abs=0.04)


def test_who_watches_the_former_version_is_served_it_to_the_end(
    prepare, told, editor, site, client
):
    asset = prepare(told)
    before = grant(member=editor, asset=asset, site=site)
    name = asset.renditions.filter(kind="hls").last().name

    def seen(granted):
        forget()
        master = client.get(f"{granted.base_url}master.m3u8")
        playlist = client.get(f"{granted.base_url}{name}/index.m3u8").content
        first = client.get(f"{granted.base_url}{name}/s00000.m4s")
        return master.status_code, playlist, b"".join(first) or first.content

    former = seen(before)
    editing.cut(asset=asset, kept=[(2, 4)])
    finish(asset)
    after = grant(member=editor, asset=asset, site=site)
    assert seen(before) == former
    assert seen(renew(before.token)) == former
    assert seen(after)[0] == 200
    assert seen(after)[1:] != former[1:]
    asset.editions.filter(number=0).update(kept_until=now() - timedelta(seconds=1))
    editing.let_go_due()
    asset.original.refresh_from_db()
    assert asset.original.doomed_at is None  # the cut plays of it, whoever goes
    editing.go_back(asset.editions.get(number=0))
    finish(asset)
    assert (asset.kept, round(asset.duration)) == ([], 6)


def test_a_version_that_is_stopped_leaves_no_byte_and_never_plays(prepare, told, monkeypatch):
    asset = prepare(told)
    before = {row.name: row.object_id for row in asset.renditions.all()}
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    made = work.store

    def stop_then_store(**more):  # between two of the job's looks at whether it is cancelled
        editing.fail(edition, "", state=Edition.State.CANCELLED)
        return made(**more)

    monkeypatch.setattr(work, "store", stop_then_store)
    job = edit_job(asset)
    finish(asset)
    job.refresh_from_db()
    edition.refresh_from_db()
    assert (job.state, edition.state, edition.parts.count()) == ("cancelled", "cancelled", 0)
    assert {row.name: row.object_id for row in asset.renditions.all()} == before
    in_use = {*before.values(), asset.original_id, asset.poster_id, asset.storyboard_id}
    in_use |= {asset.waveform_id, *asset.poster_candidates.values_list("object", flat=True)}
    assert set(StoredObject.objects.filter(doomed_at=None).values_list("pk", flat=True)) == in_use


def test_a_version_stopped_at_the_last_moment_does_not_play(prepare, told):
    asset = prepare(told)
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    Edition.objects.filter(pk=edition.pk).update(state=Edition.State.CANCELLED)
    with pytest.raises(Cancelled):
        editing.flip(edition)
    asset.refresh_from_db()
    assert (asset.edition, asset.renditions.count() > 0) == (0, True)


def test_nothing_is_retried_while_another_version_is_prepared(prepare, told):
    asset = prepare(told)
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    with pytest.raises(CannotRetry, match="Another version of “told” is being prepared"):
        services.retry(asset, make=["720p"])
    asset.refresh_from_db()
    assert asset.status == Asset.Status.READY
    editing.stop(edition)
    services.retry(asset)
    assert asset.status == Asset.Status.PROCESSING


def test_what_is_made_of_a_version_that_went_is_made_again_of_what_plays(prepare, told):
    asset = prepare(told)
    edition = editing.cut(asset=asset, kept=[(0, 3)])
    enqueue_preparation(asset, again=["storyboard", "audio.m4a"])
    job = Job.objects.filter(kind="media.prepare", subject=f"asset:{asset.pk}").latest("pk")
    held = claim(job_id=job.pk, worker="slow", lease=timedelta(minutes=1))
    late = Asset.objects.get(pk=asset.pk)
    finish(asset)
    assert asset.edition == edition.number
    before = {row.name: row.object_id for row in asset.renditions.all()}
    old = work.Work(held, late, open_source=lambda: told, probe=Probe(**late.probe))
    draft = RenditionDraft(name="audio.m4a", kind="file", duration=6.0)
    sound = old.folder / "audio.m4a"
    sound.write_bytes(b"of the whole film")
    with pytest.raises(Later):
        old.publish_file(draft, sound)
    with pytest.raises(Later):
        old.publish_waveform(sound)
    assert {row.name: row.object_id for row in asset.renditions.all()} == before
    left = StoredObject.objects.filter(size=sound.stat().st_size)
    assert all(one.doomed_at for one in left)
