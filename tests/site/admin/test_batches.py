"""Moves that were asked for in one go: named, counted, stopped, retried, brought back together."""

import pytest
from django.utils.formats import date_format
from django.utils.timezone import localtime, now

from core.contract.services import flip
from core.jobs.batches.models import Batch
from core.jobs.models import Job
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.storage.models import StoredObject

MOVES = "/admin/media/moves/"


@pytest.fixture
def here(site):
    flip(site=site, plugin="mux", is_on=True)
    return StoredObject.objects.create(site=site, provider="local_disk", key="ab/1", size=2**30)


@pytest.fixture
def films(here, make_asset):
    return [make_asset(f"Film {number}", original=here) for number in range(3)]


@pytest.fixture
def batch(films, editor):
    editor.name = "Anna"
    editor.save()
    begun = moving.ask_moves(assets=films, target="mux", by=editor)
    return begun[0].batch


def path(batch, verb=""):
    return f"{MOVES}batches/{batch.pk}/{verb + '/' if verb else ''}"


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def stand(batch, *states):
    """Let the batch's moves stand so, in their order."""
    for move, state in zip(batch.moves.order_by("pk"), states, strict=True):
        Move.objects.filter(pk=move.pk).update(state=state, error="Too long." * (state == "failed"))
        playing = "mux" if state in {"moved", "ended"} else "ffmpeg"
        Asset.objects.filter(pk=move.asset_id).update(provider=playing)


def states(batch):
    return list(batch.moves.order_by("pk").values_list("state", flat=True))


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_a_batch_is_named_by_what_goes_where_when_and_who_asked(as_, editor, batch):
    today = date_format(localtime(), "j M")
    assert f"3 films to Mux, {today}, by Anna" in text(as_(editor), MOVES)
    page = text(as_(editor), path(batch))
    assert f"3 films to Mux, {today}, by Anna" in page
    assert "0 of 3 done" in page
    assert "0\xa0bytes of 3.0\xa0GB" in page
    Move.objects.exclude(asset__title="Film 1").delete()
    assert f"“Film 1” to Mux, {today}" in text(as_(editor), MOVES)


def test_recordings_are_not_called_films(as_, editor, batch):
    Asset.objects.filter(title="Film 1").update(kind="audio")
    assert "3 films and recordings to Mux" in text(as_(editor), MOVES)
    Asset.objects.update(kind="audio")
    Batch.objects.update(asked_by=None)
    page = text(as_(editor), MOVES)
    assert "3 recordings to Mux" in page
    assert "by Anna" not in page


def test_a_script_gets_the_piece_alone_until_nothing_goes(as_, editor, batch):
    for address in (MOVES, path(batch)):
        answer = as_(editor).get(address, headers={"X-Requested-With": "XMLHttpRequest"})
        assert b"<html" not in answer.content
        assert b'data-busy="true"' in answer.content
    stand(batch, "moved", "failed", "cancelled")
    answer = as_(editor).get(path(batch), headers={"X-Requested-With": "XMLHttpRequest"})
    assert b'data-busy="false"' in answer.content
    assert "One failed" in answer.content.decode()


def test_rows_are_folded_chosen_by_how_they_stand_and_paged(as_, editor, batch, make_asset):
    stand(batch, "moved", "failed", "failed")
    client = as_(editor)
    assert '<details class="batch__fold" id="rows"><summary' in text(client, path(batch))
    failed = text(client, f"{path(batch)}?show=failed")
    assert 'id="rows" open>' in failed
    assert ("Film 0" in failed, "Film 2" in failed) == (False, True)
    for number in range(50):
        Move.objects.create(asset=make_asset(f"Late {number}"), batch=batch, state="moved")
    assert ("Page 1 of 2" in text(client, path(batch))) is True
    second = text(client, f"{path(batch)}?show=moved&p=2")
    assert ("Late 49" in second, "Film 0" in second) == (True, False)


def test_stopping_all_says_first_what_will_happen_and_may_be_pressed_twice(as_, editor, batch):
    stand(batch, "moved", "copying", "waiting")
    client = as_(editor)
    asked = text(client, path(batch, "stop"))
    assert "2 films will be stopped" in asked
    assert "One that has arrived stays at Mux." in asked
    assert states(batch) == ["moved", "copying", "waiting"]
    answer = client.post(path(batch, "stop"), follow=True)
    assert told(answer) == ["2 were stopped."]
    assert states(batch) == ["moved", "cancelled", "cancelled"]
    assert Job.objects.filter(kind=moving.KIND, state="cancelled").count() == 2
    assert told(client.post(path(batch, "stop"), follow=True)) == [
        "Nothing is on its way any more: there was nothing to stop."
    ]
    assert "Stop all" not in text(client, path(batch))


def test_what_failed_is_tried_once_more_in_the_same_batch(as_, editor, batch):
    stand(batch, "moved", "failed", "failed")
    Job.objects.update(state="failed")
    Asset.objects.filter(title="Film 2").update(status="failed")
    client = as_(editor)
    asked = text(client, path(batch, "retry"))
    assert "2 films will be copied to Mux once more" in asked
    assert "This is why: Too long." in asked
    answer = client.post(path(batch, "retry"), follow=True)
    assert told(answer) == [
        "One is tried once more.",
        "“Film 2” is not ready, or its original is not here. Prepare it first.",
    ]
    assert states(batch) == ["moved", "waiting", "failed"]
    Asset.objects.update(status="ready")
    assert told(client.post(path(batch, "retry"), follow=True)) == ["One is tried once more."]
    assert told(client.post(path(batch, "retry"), follow=True)) == [
        "None has failed that could be tried once more."
    ]
    assert Job.objects.filter(kind=moving.KIND, state="queued").count() == 2


def test_what_was_stopped_goes_on_in_the_same_batch_once_it_stands_still(as_, editor, batch):
    stand(batch, "moved", "copying", "copying")
    first = batch.moves.filter(state="copying").earliest("pk")
    Job.objects.filter(payload__move=first.pk).update(state="running")
    client = as_(editor)
    assert "Go on with" not in text(client, path(batch))
    client.post(path(batch, "stop"))
    assert "Go on with the stopped ones" in text(client, path(batch))
    assert "2 films will be copied to Mux once more" in text(client, path(batch, "resume"))
    answer = client.post(path(batch, "resume"), follow=True)
    assert told(answer) == [
        "One goes on.",
        f"“{first.asset.title}” is being stopped at this moment. Try again in some seconds.",
    ]
    assert states(batch) == ["moved", "cancelled", "waiting"]
    Job.objects.filter(payload__move=first.pk).update(state="cancelled")
    assert told(client.post(path(batch, "resume"), follow=True)) == ["One goes on."]
    assert told(client.post(path(batch, "resume"), follow=True)) == [
        "None was stopped that could go on."
    ]
    assert Job.objects.filter(kind=moving.KIND, state="queued", cancel_requested=False).count() == 3


@pytest.mark.parametrize("state", ["waiting", "copying", "rolled_back", "ended"])
def test_what_was_taken_up_meanwhile_is_left_alone(batch, state):
    move = batch.moves.first()
    Job.objects.update(state="succeeded")
    Move.objects.filter(pk=move.pk).update(state=state)
    assert moving.take_up(move) is False
    assert batch.moves.get(pk=move.pk).state == state
    assert not Job.objects.filter(state="queued").exists()


def test_all_go_back_that_are_kept_and_the_others_are_named(as_, editor, batch, make_asset):
    stand(batch, "moved", "moved", "ended")
    on = Move.objects.create(
        asset=make_asset("Moved on"), batch=batch, source="mux", target="elsewhere", state="moved"
    )
    client = as_(editor)
    asked = text(client, path(batch, "back"))
    assert "2 films will at once play from" in asked
    assert "The copies at Mux are kept for a week" in asked
    assert "One is not kept at its former place any more" in asked
    assert "One has been moved on since" in asked
    assert "Let 2 films go back" in asked
    answer = client.post(path(batch, "back"), follow=True)
    assert told(answer) == ["2 have gone back."]
    assert states(batch) == ["rolled_back", "rolled_back", "ended", "moved"]
    assert set(Asset.objects.filter(moves__state="rolled_back").values_list("provider")) == {
        ("ffmpeg",)
    }
    assert Move.objects.get(pk=on.pk).state == "moved"
    assert told(client.post(path(batch, "back"), follow=True)) == [
        "Nothing here can go back any more."
    ]
    assert "Let" not in text(client, path(batch, "back")).partition("batch__decide")[2]


def test_whoever_may_only_look_is_offered_nothing(as_, editor, author, batch):
    client = as_(author)
    page = text(client, path(batch))
    assert "3 films to Mux" in page
    assert "Stop all" not in page
    for method in (client.get, client.post):
        assert method(path(batch, "stop")).url == "/admin/"
    assert states(batch) == ["waiting"] * 3


def test_each_sites_editor_sees_and_stops_their_own_part(
    as_, editor, stranger, other_site, batch, make_asset
):
    theirs = make_asset("Theirs", at=other_site)
    Move.objects.create(asset=theirs, batch=batch, source="ffmpeg", target="mux")
    client = as_(stranger)
    page = text(client, path(batch))
    assert "“Theirs” to Mux" in page
    assert "Film 1" not in page
    client.post(path(batch, "stop"))
    assert states(batch) == ["waiting", "waiting", "waiting", "cancelled"]
    assert "3 films to Mux" in text(as_(editor), MOVES)
    other = Batch.objects.create(kind=moving.KIND, target="mux")
    Move.objects.create(asset=theirs, batch=other, source="ffmpeg", target="mux")
    for verb in ("", "stop", "retry", "resume", "back"):
        assert as_(editor).get(path(other, verb)).status_code == 404
        assert as_(editor).post(path(other, verb)).status_code in {404, 405}


def test_the_screens_cost_the_same_for_few_and_for_many(
    as_, boss, batch, make_asset, django_assert_max_num_queries
):
    client = as_(boss)
    text(client, MOVES)
    for number in range(30):
        one = make_asset(str(number))
        Move.objects.create(asset=one, batch=batch, state="copying", began_at=now())
        alone = Batch.objects.create(kind=moving.KIND, target="mux", asked_by=boss)
        Move.objects.create(asset=one, batch=alone, state="moved")
    with django_assert_max_num_queries(16):
        text(client, MOVES)
    with django_assert_max_num_queries(20):
        text(client, path(batch))
