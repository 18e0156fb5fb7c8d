"""Moves, one by one: asked for in bulk, seen live, stopped or undone by whoever may."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.contract.services import flip
from core.jobs.batches.models import Batch
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset, Rendition
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.media.moving.services import ask_moves, look_now, stop
from core.media.services import assets
from core.storage.models import StoredObject

MOVES = "/admin/media/moves/"
BULK = "/admin/bulk/core/asset/move_to/"


@pytest.fixture
def film(site, make_asset):
    kept = StoredObject.objects.create(site=site, provider="local_disk", key="ab/1", size=1)
    flip(site=site, plugin="mux", is_on=True)
    return make_asset("Breathing", original=kept, duration=10.0, height=240)


def moved(asset, **fields):
    """Write down a move that is a batch of its own."""
    batch = Batch.objects.create(kind=moving.KIND, target="mux")
    return Move.objects.create(
        **{"asset": asset, "batch": batch, "source": "ffmpeg", "target": "mux", **fields}
    )


def page(client, path=MOVES):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(client, move):
    return page(client, f"{MOVES}batches/{move.batch_id}/")


def test_chosen_videos_are_put_on_their_way(as_, editor, film):
    client = as_(editor)
    assert "Mux" in client.get(f"{BULK}?id={film.pk}").content.decode()
    sent = client.post(f"{BULK}?id={film.pk}", {"target": "mux"}, follow=True)
    assert "1 video is on its way." in sent.content.decode()
    move = Move.objects.get()
    assert sent.redirect_chain[-1][0] == f"{MOVES}batches/{move.batch_id}/"
    assert (move.source, move.target, move.asked_by) == ("ffmpeg", "mux", editor)
    assert "Breathing" in page(client)
    assert "Waiting" in page(client)


def test_what_can_not_move_is_counted_and_stays(as_, editor, film, make_asset):
    broken = make_asset("Broken", status="failed")
    address = f"{BULK}?id={film.pk}&id={broken.pk}"
    sent = as_(editor).post(address, {"target": "mux"}, follow=True)
    told = "1 video is on its way. 1 stays where it is. “Broken” is not ready"
    assert told in sent.content.decode()


def test_chosen_together_is_one_batch(as_, editor, film, make_asset):
    second = make_asset("Second", original=film.original)
    as_(editor).post(f"{BULK}?id={film.pk}&id={second.pk}", {"target": "mux"})
    assert Move.objects.count() == 2
    (batch,) = Batch.objects.all()
    assert (batch.target, batch.asked_by) == ("mux", editor)


def test_progress_shows_between_two_looks(as_, editor, film):
    (move,) = moving.ask_moves(assets=[film], target="mux", by=editor)
    client = as_(editor)
    assert "<progress" not in rows(client, move).partition("media-moves")[2]
    Move.objects.update(state="copying")
    Job.objects.filter(payload__move=move.pk).update(progress=0.4)
    assert 'value="40"' in rows(client, move).partition("media-moves")[2]


def test_one_press_goes_back_and_one_stops(as_, editor, film):
    done = moved(film, state="moved", flipped_at=now())
    Asset.objects.filter(pk=film.pk).update(provider="mux")
    client = as_(editor)
    assert "Go back</button>" in rows(client, done)
    client.post(f"{MOVES}{done.pk}/back/")
    film.refresh_from_db()
    assert film.provider == "ffmpeg"
    assert "Go back</button>" not in rows(client, done)
    waiting = moved(film)
    client.post(f"{MOVES}{waiting.pk}/stop/")
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
    assert client.post(f"{MOVES}{waiting.pk}/fly/").status_code == 404


def test_going_back_to_nothing_says_why(as_, editor, film):
    done = moved(film, state="moved")
    Asset.objects.filter(pk=film.pk).update(provider="mux")
    Rendition.objects.all().delete()
    answer = as_(editor).post(f"{MOVES}{done.pk}/back/", follow=True)
    assert "Nothing is left" in answer.content.decode()
    film.refresh_from_db()
    assert film.provider == "mux"


def test_another_sites_editor_neither_sees_nor_changes(as_, stranger, film):
    move = moved(film)
    client = as_(stranger)
    assert "Breathing" not in page(client)
    assert client.get(f"{MOVES}batches/{move.batch_id}/").status_code == 404
    assert client.post(f"{MOVES}{move.pk}/stop/").status_code == 404
    client.post(f"{BULK}?id={film.pk}", {"target": "mux"})
    assert Move.objects.get().state == "waiting"


def test_deleting_an_asset_takes_its_moves_along(film):
    moved(film)
    assets.delete(film)
    assert not Move.objects.exists()


def test_a_move_asked_for_before_the_stopped_one_noticed_has_its_own_job(film):
    [first] = ask_moves(assets=[film], target="mux")
    Job.objects.filter(kind="media.move").update(
        state=Job.State.RUNNING, lease_until=now() + timedelta(minutes=1)
    )
    stop(first)
    [second] = ask_moves(assets=[film], target="mux")
    job = Job.objects.get(kind="media.move", payload__move=second.pk)
    assert run_now(job).state == Job.State.QUEUED
    look_now(film)
    job.refresh_from_db()
    assert job.run_after is None


def test_two_presses_never_take_away_what_plays(as_, editor, film):
    """Going back below a move that is on its way, then stopping that one."""
    done = moved(film, state="moved")
    Rendition.objects.create(asset=film, provider="mux", name="mux", kind="hls")
    Asset.objects.filter(pk=film.pk).update(provider="mux")
    waiting = moved(film, source="mux", target="ffmpeg")
    before = film.renditions.count()
    client = as_(editor)
    refused = client.post(f"{MOVES}{done.pk}/back/", follow=True).content.decode()
    assert "Stop that move first" in refused
    client.post(f"{MOVES}{waiting.pk}/stop/")
    assert film.renditions.count() == before  # the first move keeps them
    Move.objects.update(state="ended")
    late = moved(film)
    moving.fail(late, "Too late.")
    assert film.renditions.count() == before  # they play
