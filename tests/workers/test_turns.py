"""A film is made playable before the film ahead of it is encoded; the rest waits for its turn."""

from __future__ import annotations

from django.utils.timezone import now
from kombu import Queue

from core.jobs.models import Job
from core.jobs.runner import look
from core.media.models import Stage
from tests.far_away import far_away
from workers.app import app

from .conftest import AAC, H264, job_of, make, picture, sound


def test_a_copy_plays_and_the_rest_waits_for_its_turn(ingest, tmp_path):
    asset = ingest(make(tmp_path / "a.mp4", *picture("854x480", 6), *sound(6), *H264, *AAC))
    job = job_of(asset)
    assert job.queue == "playable"
    assert look(job.pk) == Job.State.QUEUED

    job.refresh_from_db()
    asset.refresh_from_db()
    assert (job.queue, job.attempt) == ("media", 0)
    assert job.run_after <= now()
    assert job.result["programs_seconds"] > 0
    Job.objects.filter(pk=job.pk).update(result={"programs_seconds": 1000.0})
    assert asset.playable_at
    assert asset.poster_id
    waiting = {row.object_id for row in asset.renditions.all()}
    states = dict(asset.stages.values_list("name", "state"))
    assert {states[name] for name in ("probe", "first", "poster")} == {Stage.State.DONE}
    assert states["ladder"] == Stage.State.WAITING
    assert "240p" not in set(asset.renditions.values_list("name", flat=True))

    assert look(job.pk) == Job.State.SUCCEEDED
    assert waiting < {row.object_id for row in asset.renditions.all()}
    assert "240p" in set(asset.renditions.values_list("name", flat=True))
    job.refresh_from_db()
    assert job.result["programs_seconds"] > 1000
    own = asset.stages.filter(is_late=False)
    assert set(own.values_list("state", flat=True)) <= {"done", "skipped"}
    assert asset.stages.get(name="first").state == Stage.State.DONE


def test_what_must_be_encoded_shows_no_beginning_before_its_turn(ingest, tmp_path):
    mpeg = ("-c:v", "mpeg4", "-q:v", "4", "-c:a", "mp3")
    asset = ingest(make(tmp_path / "a.avi", *picture(seconds=3), *sound(3), *mpeg))
    job = job_of(asset)
    assert look(job.pk) == Job.State.QUEUED
    asset.refresh_from_db()
    assert asset.playable_at is None
    assert not asset.renditions.exists()
    assert look(job.pk) == Job.State.SUCCEEDED


def test_a_sound_alone_is_ready_at_once(ingest, tmp_path):
    asset = ingest(make(tmp_path / "a.mp3", *sound(3), "-c:a", "mp3"))
    assert look(job_of(asset).pk) == Job.State.SUCCEEDED


def test_new_films_are_taken_before_improvements():
    mark = f"turns-{now().timestamp()}"
    queues = [Queue(f"{mark}{end}") for end in ("", "-late")]
    taken: list[str] = []

    with app.connection_for_read() as line:
        channel = line.channel()
        for queue in reversed(queues):
            queue(channel).declare()
            for _ in range(3):
                line.SimpleQueue(queue.name, channel=channel).put(queue.name)

        def take(body, message):
            taken.append(body)
            message.ack()

        channel.basic_qos(0, 1, apply_global=False)
        with line.Consumer(list(reversed(queues)), callbacks=[take], channel=channel):
            while len(taken) < 2 * 3:
                line.drain_events(timeout=10)
    assert taken == [mark] * 3 + [f"{mark}-late"] * 3


def test_a_film_from_afar_is_fetched_once_for_both_turns(ingest, tmp_path, settings):
    settings.STORAGE_PROVIDER = "far_away"
    with far_away(tmp_path / "far") as far:
        film = make(tmp_path / "a.mp4", *picture("854x480", 6), *sound(6), *H264, *AAC)
        asset = ingest(film)
        job = job_of(asset)
        assert look(job.pk) == Job.State.QUEUED
        assert far.given[asset.original.key] == film.stat().st_size
        assert look(job.pk) == Job.State.SUCCEEDED
        assert far.given[asset.original.key] == film.stat().st_size
        assert not [path for path in (settings.DATA_DIR / "copies").rglob("*") if path.is_file()]
