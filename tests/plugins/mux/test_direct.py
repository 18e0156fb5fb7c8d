"""Files that go straight to Mux: the same asset in the end, and no byte of them through us."""

import base64
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from core.contract.services import save_settings
from core.contract.testing import clips
from core.contract.testing.direct import send
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset, Upload
from core.media.moving import services as moving
from core.media.services import assets, sweep_uploads
from core.media.services.assets import retry
from tests.journeys.clips import make_clip

from .test_moving import carry_out, play
from .test_mux import hook, job_of, work_until

TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def straight(account, site, client, editor):
    save_settings(plugin="mux", values={"takes_files": True}, site=site)
    client.force_login(editor)
    return account


def begin(client, film, **words):
    told = {"filename": "film.mp4", "kind": "video", "direct": "1", **words}
    coded = ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in told.items() if v)
    size = str(film.stat().st_size)
    return client.post(
        "/uploads/", headers={**TUS, "Upload-Length": size, "Upload-Metadata": coded}
    )


def brought(client, film):
    """Send a film as a browser does, and return what it was told and the asset."""
    answer = begin(client, film)
    assert answer.status_code == 201
    send(answer.headers["Lectern-Direct"], film.read_bytes())
    return answer, Asset.objects.get(pk=answer.headers["Lectern-Asset"])


def test_film_goes_straight_to_mux_and_is_ready_without_an_original(straight, client, film, site):
    answer, asset = brought(client, film)
    (theirs,) = straight.uploads.values()
    assert (theirs["cors_origin"], theirs["timeout"]) == ("http://testserver", 86_400)
    assert client.post(answer.headers["Location"], headers=TUS).status_code == 204
    assert client.post(answer.headers["Location"], headers=TUS).status_code == 204  # said twice
    work_until(asset, state="succeeded")
    assert (asset.status, asset.original, asset.provider) == ("ready", None, "mux")
    assert asset.duration == pytest.approx(clips.SECONDS, abs=0.2)
    assert asset.height == 360
    assert asset.storyboard is not None
    assert Job.objects.filter(kind="media.prepare").count() == 1
    assert straight.asked.count("POST /video/v1/uploads") == 1


@pytest.mark.parametrize("why", ["off", "away", "a download"])
def test_what_mux_does_not_take_is_sent_to_us_and_leaves_nothing(straight, client, film, site, why):
    if why == "off":
        save_settings(plugin="mux", values={"takes_files": False}, site=site)
    straight.failing = 3 if why == "away" else 0
    kind = "file" if why == "a download" else "video"
    assert begin(client, film, kind=kind).status_code == 204
    assert not Asset.objects.exists()
    assert not Upload.objects.exists()


def test_browser_that_goes_before_saying_so_is_no_loss(straight, client, film):
    """The webhook says it instead; without one, the sweep asks once the address is too old."""
    _answer, asset = brought(client, film)
    (theirs,) = straight.uploads.values()
    assert hook(client, straight, straight.event("video.upload.asset_created", theirs)) == 204
    run_now(Job.objects.get(kind="webhooks.handle"))
    work_until(asset, state="succeeded")
    _answer, second = brought(client, film)
    Upload.objects.filter(asset=second).update(expires_at=now() - timedelta(seconds=1))
    assert sweep_uploads() == 1
    work_until(second, state="succeeded")


def arrive(how, account, client):
    """Have Mux say that a film has come, or the sweep look for it."""
    if how == "webhook":
        *_former, theirs = account.uploads.values()
        assert hook(client, account, account.event("video.upload.asset_created", theirs)) == 204
        run_now(Job.objects.get(kind="webhooks.handle"))
    else:
        Upload.objects.update(expires_at=now() - timedelta(seconds=1))
        sweep_uploads()


@pytest.mark.parametrize("how", ["webhook", "sweep"])
def test_film_of_whom_may_add_media_no_more_is_deleted_there(straight, client, film, editor, how):
    brought(client, film)
    type(editor).objects.filter(pk=editor.pk).update(is_superuser=False)
    arrive(how, straight, client)
    assert not Asset.objects.exists()
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert not straight.assets


@pytest.mark.parametrize("how", ["webhook", "sweep"])
def test_asset_whose_film_is_refused_at_its_end_waits_for_another(
    straight, client, film, editor, how
):
    _answer, asset = brought(client, film)
    Upload.objects.update(state="complete")
    Asset.objects.update(status="failed", error="It broke.")
    begun = begin(client, film, asset=str(asset.pk))
    send(begun.headers["Lectern-Direct"], film.read_bytes())
    type(editor).objects.filter(pk=editor.pk).update(is_superuser=False)
    arrive(how, straight, client)
    asset.refresh_from_db()
    assert (asset.status, asset.error, asset.provider_data) == ("failed", "It broke.", {})
    assert asset.uploads.latest("created_at").state == "abandoned"
    assert not Job.objects.filter(kind="media.prepare").exists()
    for job in Job.objects.filter(kind="mux.forget"):
        assert run_now(job).state == "succeeded"
    assert not straight.assets


def test_file_that_never_came_says_so(straight, client, film):
    answer = begin(client, film)
    asset = Asset.objects.get(pk=answer.headers["Lectern-Asset"])
    assert client.post(answer.headers["Location"], headers=TUS).status_code == 204
    assert run_now(job_of(asset)).state == "queued"
    next(iter(straight.uploads.values()))["status"] = "timed_out"
    Job.objects.update(run_after=None)
    job = run_now(job_of(asset))
    assert (job.state, "has not arrived at Mux" in job.error) == ("failed", True)


def test_cancelled_upload_is_cancelled_there_and_leaves_no_asset(straight, client, film):
    answer = begin(client, film)
    assert client.delete(answer.headers["Location"], headers=TUS).status_code == 204
    assert not Asset.objects.exists()
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert [one["status"] for one in straight.uploads.values()] == ["cancelled"]


def test_file_that_comes_while_it_is_cancelled_is_deleted_there(straight, client, film):
    answer = begin(client, film)
    straight.comes_late = film.read_bytes()
    assert client.delete(answer.headers["Location"], headers=TUS).status_code == 204
    job = run_now(Job.objects.get(kind="mux.forget"))
    assert (job.state, len(straight.assets)) == ("queued", 1)
    Job.objects.update(run_after=None)
    assert run_now(job).state == "succeeded"
    assert not straight.assets


def test_token_that_may_only_read_is_named_where_an_upload_is_to_be_cancelled(
    straight, client, film
):
    straight.may_cancel = False
    assert client.delete(begin(client, film).headers["Location"], headers=TUS).status_code == 204
    job = run_now(Job.objects.get(kind="mux.forget"))
    assert "refuses our access token" in job.error


def brought_here(client, film, asset):
    """Send a film to us instead, for an asset that waits for one."""
    where = begin(client, film, direct="", asset=str(asset.pk)).headers["Location"]
    kind, begun = "application/offset+octet-stream", {**TUS, "Upload-Offset": "0"}
    told = client.patch(where, film.read_bytes(), content_type=kind, headers=begun)
    assert told.status_code == 204
    asset.refresh_from_db()


@pytest.mark.parametrize("state", ["abandoned", "receiving"])  # the latter as older rows are
def test_address_that_nobody_used_takes_no_later_file_away(straight, client, film, site, state):
    answer = begin(client, film)
    asset = Asset.objects.get(pk=answer.headers["Lectern-Asset"])
    brought_here(client, film, asset)
    unused = Upload.objects.exclude(direct="")
    assert unused.get().state == "abandoned"
    save_settings(plugin="mux", values={"token_secret": "wrong"}, site=site)
    assert run_now(job_of(asset)).state == "failed"
    unused.update(state=state, expires_at=now() - timedelta(seconds=1))
    sweep_uploads()
    assert unused.get().state == "abandoned"
    former = asset.original_id
    asset.refresh_from_db()
    assert (asset.status, asset.original_id) == ("failed", former)
    save_settings(plugin="mux", values={"token_secret": straight.token_secret}, site=site)
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert [one["status"] for one in straight.uploads.values()] == ["cancelled"]


def test_another_address_ends_the_one_before(straight, client, film):
    answer = begin(client, film)
    begin(client, film, asset=answer.headers["Lectern-Asset"])
    ended, goes_on = Upload.objects.order_by("created_at")
    assert (ended.state, goes_on.state) == ("abandoned", "receiving")


def test_our_door_takes_no_bytes_of_it_and_shows_it_to_nobody_else(
    straight, client, film, django_user_model
):
    answer = begin(client, film)
    where = answer.headers["Location"]
    body = {**TUS, "Upload-Offset": "0"}
    kind = "application/offset+octet-stream"
    assert client.patch(where, b"x", content_type=kind, headers=body).status_code == 409
    told = client.head(where, headers=TUS)
    assert told.headers["Lectern-Direct"] == answer.headers["Lectern-Direct"]
    client.force_login(django_user_model.objects.create_superuser("other@lectern.example"))
    assert client.head(where, headers=TUS).status_code == 404
    assert client.post(where, headers=TUS).status_code == 404


def test_moving_it_home_fetches_the_master_and_it_can_be_cut_again(
    straight, client, film, site, editor
):
    answer, asset = brought(client, film)
    client.post(answer.headers["Location"], headers=TUS)
    work_until(asset, state="succeeded")
    (move,) = moving.ask_moves(assets=[asset], target="ffmpeg", by=editor)
    assert carry_out(move).state == "succeeded"
    asset.refresh_from_db()
    assert (asset.provider, asset.original.size) == ("ffmpeg", film.stat().st_size)
    assert asset.probe["video_codec"] == "h264"
    moving.roll_back(move)  # what lies there is of the file that came home
    assert play(asset, site, editor).startswith(straight.url)
    Asset.objects.filter(pk=asset.pk).update(provider="ffmpeg")
    assert play(asset, site, editor).startswith("/p/")


def test_master_that_failed_once_is_asked_for_again(straight, client, film, editor, monkeypatch):
    answer, asset = brought(client, film)
    client.post(answer.headers["Location"], headers=TUS)
    work_until(asset, state="succeeded")
    makes, faults = straight.make_master, [{"status": "errored"}]

    def once(known):
        if not faults:
            return makes(known)
        known["master"] = faults.pop()
        return known["master"]

    monkeypatch.setattr(straight, "make_master", once)
    (move,) = moving.ask_moves(assets=[asset], target="ffmpeg", by=editor)
    assert carry_out(move).state == "succeeded"
    asset.refresh_from_db()
    assert (asset.provider, asset.original.size) == ("ffmpeg", film.stat().st_size)


@pytest.mark.parametrize("has_lapsed", [True, False])  # what Mux made is there for a day
def test_move_home_that_was_stopped_yesterday_goes_on(straight, client, film, editor, has_lapsed):
    answer, asset = brought(client, film)
    client.post(answer.headers["Location"], headers=TUS)
    work_until(asset, state="succeeded")
    (move,) = moving.ask_moves(assets=[asset], target="ffmpeg", by=editor)
    run_now(Job.objects.get(payload__move=move.pk))
    moving.stop(move)
    asset.refresh_from_db()
    asset.provider_data["mux"]["master"]["began"] -= 24 * 3600
    asset.save()
    if has_lapsed:
        del straight.assets[asset.provider_data["mux"]["asset"]]["master"]
    assert moving.take_up(move)
    assert carry_out(move).state == "succeeded"
    asset.refresh_from_db()
    assert asset.provider == "ffmpeg"
    assert asset.provider_data["mux"]["master"] is None


@pytest.mark.parametrize("fault", ["errored", "preparing"])
def test_master_that_mux_cannot_make_ends_the_move_in_words(
    straight, client, film, editor, fault, monkeypatch
):
    answer, asset = brought(client, film)
    client.post(answer.headers["Location"], headers=TUS)
    work_until(asset, state="succeeded")

    def never(known):
        known["master"] = {"status": fault}
        return known["master"]

    monkeypatch.setattr(straight, "make_master", never)
    (move,) = moving.ask_moves(assets=[asset], target="ffmpeg", by=editor)
    job = run_now(Job.objects.get(payload__move=move.pk))
    assert job.state == "queued"
    if fault == "preparing":
        asset.refresh_from_db()
        asset.provider_data["mux"]["master"]["began"] -= 7 * 3600
        asset.save()
    assert carry_out(move, looks=4).state == "failed"
    assert "could not give this file back" in move.error
    asset.refresh_from_db()
    assert (asset.status, asset.provider) == ("ready", "mux")


def test_another_file_takes_the_place_of_one_that_failed(straight, client, film, tmp_path):
    """Its former file, here or there, its length and its stages are not taken for the new one's."""
    answer, asset = brought(client, film)
    client.post(answer.headers["Location"], headers=TUS)
    work_until(asset, state="succeeded")
    former = asset.provider_data["mux"]["asset"]
    Asset.objects.filter(pk=asset.pk).update(status="failed", duration=99.0)
    longer = make_clip(tmp_path / "longer.mp4", seconds=6)
    answer = begin(client, longer, asset=str(asset.pk))
    send(answer.headers["Lectern-Direct"], longer.read_bytes())
    client.post(answer.headers["Location"], headers=TUS)
    work_until(asset, state="succeeded")
    assert asset.probe["duration"] == pytest.approx(6, abs=0.3)
    assert asset.provider_data["mux"]["asset"] != former
    gone = Job.objects.filter(kind="mux.forget").values_list("payload__asset", flat=True)
    assert list(gone) == [former]


def test_retry_asks_mux_again_and_delete_deletes_there(straight, client, film):
    answer, asset = brought(client, film)
    client.post(answer.headers["Location"], headers=TUS)
    work_until(asset, state="succeeded")
    retry(asset)
    work_until(asset, state="succeeded")
    assets.delete(asset)
    run_now(Job.objects.get(kind="mux.forget"))
    assert not straight.assets


def test_only_the_admins_pages_may_send_there(straight, client, site):
    save_settings(plugin="mux", values={"upload_url": "https://up.example"}, site=site)
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    (connect,) = [part for part in policy.split(";") if "connect-src" in part]
    assert "https://up.example" in connect
    stranger = Client().get("/account/login/")
    assert "up.example" not in stranger.headers["Content-Security-Policy"]
    save_settings(plugin="mux", values={"takes_files": False}, site=site)
    assert "up.example" not in client.get("/admin/").headers["Content-Security-Policy"]
