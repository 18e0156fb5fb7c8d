"""Films that were sent to Mux in one go are stopped, retried and brought back together."""

import pytest

from core.contract.services import save_settings
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.moving import together
from core.media.moving.models import Move

from .test_moving import carry_out, play
from .test_mux import ingest, job_of


@pytest.fixture
def two(account, site, editor, film):
    """Return two films that ffmpeg has prepared and plays."""
    save_settings(plugin="mux", values={"takes_new": False}, site=site)
    found = [ingest(site, editor, film) for _number in range(2)]
    for asset in found:
        assert run_now(job_of(asset)).state == "succeeded"
        asset.refresh_from_db()
    return found


def ask(two, editor):
    first, second = moving.ask_moves(assets=two, target="mux", by=editor)
    assert (first.batch_id, first.size) == (second.batch_id, two[0].original.size)
    return first, second, Move.objects.filter(batch=first.batch)


def test_stopping_all_keeps_what_arrived_and_clears_what_was_sent(two, account, site, editor):
    first, second, batch = ask(two, editor)
    carry_out(first)
    assert first.began_at < first.arrived_at
    account.keeps_preparing = True
    run_now(Job.objects.get(payload__move=second.pk))
    outcome = together.stop_all(batch)
    assert (outcome.done, outcome.refused) == (1, [])
    for job in Job.objects.filter(kind="mux.forget"):
        run_now(job)
    assert len(account.assets) == 1
    assert play(two[0], site, editor).startswith(account.url)
    assert play(two[1], site, editor).startswith("/p/")
    assert together.stop_all(batch).done == 0


def test_what_failed_is_sent_once_more_and_all_go_back(two, account, site, editor):
    first, second, batch = ask(two, editor)
    carry_out(first)
    Asset.objects.filter(pk=two[1].pk).update(duration=60.0)
    carry_out(second)
    assert (second.state, "Nothing was changed" in second.error) == ("failed", True)
    Asset.objects.filter(pk=two[1].pk).update(duration=two[1].duration)
    assert together.retry_failed(batch).done == 1
    assert together.retry_failed(batch).done == 0
    again = Job.objects.filter(payload__move=second.pk).latest("pk")
    Job.objects.filter(payload__move=second.pk).exclude(pk=again.pk).delete()
    assert carry_out(second).state == "succeeded"
    assert (second.state, second.error) == ("moved", "")
    outcome = together.go_back_all(batch)
    assert (outcome.done, outcome.refused) == (2, [])
    assert {play(asset, site, editor)[:3] for asset in two} == {"/p/"}
    assert together.go_back_all(batch).done == 0


def test_a_move_that_is_stopped_as_it_begins_stays_stopped(two, editor):
    first, _second, _batch = ask(two, editor)
    moving.stop(first)
    assert moving.begin(first) is False
    first.refresh_from_db()
    assert first.state == "cancelled"
