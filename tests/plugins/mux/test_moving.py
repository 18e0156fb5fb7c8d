"""A video moves to Mux and back while it plays; what fails or is regretted changes nothing."""

from datetime import timedelta

import httpx
import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils.timezone import now

from core.contract.errors import Cancelled, PermanentError
from core.contract.providers import RenditionDraft
from core.contract.services import save_settings
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.media.services import assets
from core.playback.services import grant
from core.storage.models import StoredObject
from core.usage.models import Expense
from plugins.mux.trial import check_playing
from tests.waiting import until

from .test_mux import ingest, job_of, look_again

KEPT = dict.fromkeys(("poster", "storyboard"), "skipped")  # what is there already


@pytest.fixture
def here(account, site, editor, film):
    """Return a film that ffmpeg has prepared and plays."""
    save_settings(plugin="mux", values={"takes_new": False}, site=site)
    asset = ingest(site, editor, film)
    assert run_now(job_of(asset)).state == "succeeded"
    asset.refresh_from_db()
    return asset


def carry_out(move, looks=400):
    job = look_again(
        lambda: Job.objects.filter(payload__move=move.pk).latest("pk"),
        lambda job: job.state not in Job.ACTIVE,
        looks,
    )
    move.refresh_from_db()
    return job


def play(asset, site, member):
    asset.refresh_from_db()
    return grant(member=member, asset=asset, site=site).source.url


def streams(asset):
    rows = asset.renditions.exclude(kind="file")
    return {(row.provider, row.name) for row in rows}


def test_moves_to_mux_and_back_while_it_plays(here, account, site, editor, client):
    before = streams(here)
    (there,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    assert play(here, site, editor).startswith("/p/")  # still the former one
    assert carry_out(there).state == "succeeded"
    assert there.state == "moved"
    assert httpx.get(play(here, site, editor)).status_code == 200
    assert streams(here) == before | {("mux", "mux")}  # both are kept for a while
    (back,) = moving.ask_moves(assets=[here], target="ffmpeg", by=editor)
    assert carry_out(back).state == "succeeded"
    url = play(here, site, editor)
    assert b"#EXT-X-STREAM-INF" in client.get(url).content
    assert here.provider == "ffmpeg"


def test_one_update_brings_it_back_and_days_later_the_copy_goes(here, account, site, editor):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    carry_out(move)
    moving.roll_back(move)
    assert play(here, site, editor).startswith("/p/")
    assert moving.let_go_due() == 0
    Move.objects.update(kept_until=now() - timedelta(seconds=1))
    assert moving.let_go_due() == 1
    assert {provider for provider, _name in streams(here)} == {"ffmpeg"}
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert not account.assets
    here.refresh_from_db()
    assert "mux" not in here.provider_data
    with pytest.raises(moving.CannotMove):
        moving.roll_back(move)


def test_a_move_has_a_report_of_its_own_and_takes_the_stages_along(here, account, editor):
    def stages():
        return set(here.stages.values_list("name", flat=True))

    former = stages()
    cpu = dict(here.stages.values_list("name", "cpu_seconds"))
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    carry_out(move)
    first = here.preparations.get(key="edition:0")
    moved = here.preparations.get(key=f"move:{move.pk}")
    assert (moved.cause, moved.provider, moved.has_played) == ("moved", "mux", True)
    assert {one.name: one.cpu_seconds for one in first.stages.all()}.items() <= cpu.items()
    assert "encode" in stages()
    assert stages() == set(moved.stages.values_list("name", flat=True))
    assert {row["name"] for row in first.made} > {"audio.m4a"}
    told = Job.objects.get(kind="contract.tell", payload__hook="money_spent")
    assert run_now(told).state == "succeeded"
    assert Expense.objects.get().stage == f"{moved.pk}/encode"
    moving.roll_back(move)
    assert stages() == former


def test_days_after_a_move_the_former_streams_go_and_files_stay(here, account, site, editor):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    carry_out(move)
    files = set(here.renditions.filter(kind="file").values_list("name", flat=True))
    Move.objects.update(kept_until=now() - timedelta(seconds=1))
    assert moving.let_go_due() == 1
    assert streams(here) == {("mux", "mux")}
    assert set(here.renditions.filter(kind="file").values_list("name", flat=True)) == files
    doomed = StoredObject.objects.filter(doomed_at__isnull=False).values_list("key", flat=True)
    assert any(key.endswith("p") for key in doomed)  # rungs: "…/360p"
    assert httpx.get(play(here, site, editor)).status_code == 200


def test_copy_that_lacks_something_changes_nothing(here, account, site, editor):
    Asset.objects.filter(pk=here.pk).update(duration=60.0)
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    job = carry_out(move)
    assert (job.state, move.state) == ("failed", "failed")
    assert "Nothing was changed" in move.error
    assert play(here, site, editor).startswith("/p/")
    assert {provider for provider, _name in streams(here)} == {"ffmpeg"}
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert not account.assets


@pytest.mark.parametrize(
    "made, words", [([], "nothing that plays"), ([{"duration": 10.0}], "no picture")]
)
def test_copy_without_a_stream_or_a_picture_is_none(here, account, editor, made, words):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    for facts in made:
        here.renditions.create(name="auto", kind="hls", provider="mux", **facts)
    Asset.objects.filter(pk=here.pk).update(duration=10.0)
    here.refresh_from_db()
    with pytest.raises(PermanentError, match=words):
        moving.verify(move, here)


@pytest.mark.parametrize("state", ["waiting", "failed", "cancelled", "rolled_back", "ended"])
def test_only_a_move_that_arrived_goes_back(here, account, editor, state):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    Move.objects.filter(pk=move.pk).update(state=state)
    Asset.objects.filter(pk=here.pk).update(provider="mux")
    with pytest.raises(moving.CannotMove, match="can't be undone"):
        moving.roll_back(move)
    assert Asset.objects.get(pk=here.pk).provider == "mux"


def test_nothing_goes_back_to_where_nothing_is_left(here, account, editor):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    Move.objects.filter(pk=move.pk).update(state="moved")
    Asset.objects.filter(pk=here.pk).update(provider="mux")
    here.renditions.exclude(kind="file").delete()
    with pytest.raises(moving.CannotMove, match="Nothing is left"):
        moving.roll_back(move)
    assert Asset.objects.get(pk=here.pk).provider == "mux"


def test_what_another_move_needs_stays_when_this_one_ends(here, account, editor):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    days_ago = now() - timedelta(days=1)
    Move.objects.filter(pk=move.pk).update(state="moved", kept_until=days_ago)
    Asset.objects.filter(pk=here.pk).update(provider="mux")
    another = Move.objects.create(asset=here, batch=move.batch, source="ffmpeg", target="third")
    assert moving.let_go_due() == 1
    assert {provider for provider, _name in streams(here)} == {"ffmpeg"}
    Move.objects.filter(pk=another.pk).update(state="moved", kept_until=days_ago)
    assert moving.let_go_due() == 1
    assert streams(here) == set()


def test_what_is_cut_stays_where_it_is(here, account, editor):
    Asset.objects.filter(pk=here.pk).update(kept=[[0, 2]])
    here.refresh_from_db()
    with pytest.raises(moving.CannotMove, match="is cut"):
        moving.ask_moves(assets=[here], target="mux", by=editor)
    assert not here.moves.exists()


def test_worker_that_dies_after_sending_sends_once(here, account, site, editor):
    account.keeps_preparing = True
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    job = run_now(Job.objects.get(payload__move=move.pk))
    Job.objects.filter(pk=job.pk).update(  # as a kill leaves it
        state="running", attempt=1, run_after=None, lease_until=now() - timedelta(seconds=1)
    )
    (data,) = account.assets.values()
    until(lambda: "duration" in data)
    account.make_ready(data)
    assert carry_out(move).state == "succeeded"
    assert account.asked.count("POST /video/v1/uploads") == 1


def test_worker_that_lost_its_claim_publishes_nothing(here, account, site, editor, monkeypatch):
    """Another worker took the job over just before publishing: what this one found is void."""
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)

    def overtaken(**facts):
        Job.objects.filter(payload__move=move.pk).update(fence=F("fence") + 1)
        return RenditionDraft(**facts)

    monkeypatch.setattr("plugins.mux.provider.RenditionDraft", overtaken)
    job = Job.objects.get(payload__move=move.pk)

    def is_overtaken():
        Job.objects.filter(pk=job.pk, state="queued").update(run_after=None)
        return run_now(job).state == "running"

    until(is_overtaken)
    assert {provider for provider, _name in streams(here)} == {"ffmpeg"}
    assert play(here, site, editor).startswith("/p/")


def test_cancelled_move_leaves_no_copy(here, account, site, editor):
    account.keeps_preparing = True
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    run_now(Job.objects.get(payload__move=move.pk))
    moving.stop(move)
    move.refresh_from_db()
    assert move.state == "cancelled"
    assert Job.objects.get(payload__move=move.pk).state == "cancelled"
    assert play(here, site, editor).startswith("/p/")
    assert here.provider_data == {}


def test_stop_during_the_last_look_is_a_stop_and_it_may_go_on(
    here, account, site, editor, monkeypatch
):
    """What was made by then is deleted at Mux: nothing may play from there, now or later."""
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)

    def pressed(*asked):
        monkeypatch.undo()
        moving.stop(move)
        return check_playing(*asked)

    monkeypatch.setattr("plugins.mux.provider.check_playing", pressed)
    assert (carry_out(move).state, move.state) == ("cancelled", "cancelled")
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert play(here, site, editor).startswith("/p/")
    assert here.provider_data == {}
    assert moving.take_up(move)
    assert (carry_out(move).state, move.state) == ("succeeded", "moved")
    told = dict(here.stages.values_list("name", "state"))
    assert told == {**dict.fromkeys(("probe", "send", "encode"), "done"), **KEPT}
    assert httpx.get(play(here, site, editor)).status_code == 200


def test_move_that_was_stopped_never_flips(here, account, editor):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    moving.stop(move)
    with pytest.raises(Cancelled):
        moving.flip(move)
    assert Asset.objects.get(pk=here.pk).provider == "ffmpeg"


def test_asking_twice_moves_once(here, account, site, editor):
    assert len(moving.ask_moves(assets=[here], target="mux", by=editor)) == 1
    assert moving.ask_moves(assets=[here], target="mux", by=editor) == []
    assert moving.ask_moves(assets=[here], target="ffmpeg", by=editor) == []


def test_move_to_nobody_or_of_what_is_not_ready_is_refused(here, site, editor):
    with pytest.raises(moving.CannotMove, match="Features"):
        moving.ask_moves(assets=[here], target="nobody", by=editor)
    Asset.objects.filter(pk=here.pk).update(status="failed")
    here.refresh_from_db()
    with pytest.raises(moving.CannotMove, match="not ready"):
        moving.ask_moves(assets=[here], target="mux", by=editor)


def test_flip_refuses_what_was_moved_meanwhile(here, account, site, editor):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    Asset.objects.filter(pk=here.pk).update(provider="another")
    with pytest.raises(PermanentError):
        moving.flip(move)


def test_deleting_a_moved_video_deletes_both_copies(here, account, site, editor):
    (move,) = moving.ask_moves(assets=[here], target="mux", by=editor)
    carry_out(move)
    moving.roll_back(move)
    here.refresh_from_db()
    assets.delete(here)
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert not account.assets


def test_everything_can_be_moved_by_one_command(here, account, capsys):
    with pytest.raises(CommandError, match="reasons"):
        call_command("media", "move", str(here.pk), "--to", "nobody")
    assert "Features" in capsys.readouterr().err
    Asset.objects.create(site=here.site, title="Lost", status="ready")
    call_command("media", "move", "all", "--to", "mux", "--site", "elsewhere.example")
    assert "0 on their way" in capsys.readouterr().out
    call_command("media", "move", "all", "--to", "mux", "--provider", "ffmpeg")
    told = capsys.readouterr()
    assert "1 on their way to mux" in told.out
    assert "“Lost” is not ready" in told.err
    assert Move.objects.get().asset == here
