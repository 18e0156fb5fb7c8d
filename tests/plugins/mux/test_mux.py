"""From the editor's file to a signed stream, over real HTTP, with all that can go wrong."""

import base64
import io
import json
import time
from datetime import timedelta

import httpx
import pytest
from django.db import transaction
from django.utils.timezone import now
from PIL import Image
from wagtail.models import Site

from core.contract import ask
from core.contract.errors import Later, VideoError
from core.contract.services import flip, save_settings
from core.contract.testing import clips
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset
from core.media.services import assets
from core.media.services.preparation import enqueue_preparation
from core.playback.services import grant
from core.usage.models import Expense
from core.webhooks.models import Receipt
from plugins.mux import hooks, manifest, sending
from plugins.mux.account import account_of
from plugins.mux.client import Client
from plugins.mux.signing import sign


def ingest(site, editor, film):
    return assets.ingest(site=site, member=editor, path=film, title="A film")


def job_of(asset):
    return Job.objects.filter(key=f"media.prepare:{asset.pk}").latest("pk")


def work_until(asset, *, state, looks=600):
    """Look at the job whenever it waits, until it is in a state."""
    job = look_again(lambda: job_of(asset), lambda job: job.state == state, looks)
    asset.refresh_from_db()
    return job


def look_again(find, is_over, looks):
    """Run the job that ``find`` returns, however long it asks to wait, until it is over."""
    for _ in range(looks):
        job = find()
        if is_over(job):
            return job
        Job.objects.filter(pk=job.pk).update(run_after=None)
        run_now(job)
        time.sleep(0.05)
    raise AssertionError(f"still {job.state}: {job.error}")


@pytest.fixture
def ready(account, site, editor, film):
    asset = ingest(site, editor, film)
    work_until(asset, state="succeeded")
    return asset


def test_new_videos_go_to_mux_only_where_an_operator_wants_it(account, site, editor, film):
    assert ingest(site, editor, film).provider == "mux"
    save_settings(plugin="mux", values={"takes_new": False}, site=site)
    assert ingest(site, editor, film).provider == "ffmpeg"
    save_settings(plugin="mux", values={"takes_new": True}, site=site)
    flip(site=site, plugin="mux", is_on=False)
    assert ingest(site, editor, film).provider == "ffmpeg"


def test_film_is_sent_encoded_and_ready(ready, account):
    assert (ready.status, ready.duration) == ("ready", pytest.approx(clips.SECONDS, abs=0.2))
    theirs = account.assets[ready.provider_data["mux"]["asset"]]
    assert theirs["passthrough"] == str(ready.pk)
    assert [one["policy"] for one in theirs["playback_ids"]] == ["signed"]
    assert [row.name for row in ready.renditions.all()] == ["mux"]
    assert ready.is_playable
    assert ready.poster is not None
    assert {stage.state for stage in ready.stages.all()} == {"done"}


def test_waiting_holds_no_worker_and_spends_no_attempt(account, site, editor, film):
    account.keeps_preparing = True
    asset = ingest(site, editor, film)
    for _ in range(8):
        job = run_now(job_of(asset))
        assert (job.state, job.attempt) == ("queued", 0)
        Job.objects.filter(pk=job.pk).update(run_after=None)
    assert account.asked.count("POST /video/v1/uploads") == 1
    assert asset.renditions.count() == 0


def test_webhook_wakes_the_preparation(account, site, editor, film, client):
    account.keeps_preparing = True
    asset = ingest(site, editor, film)
    run_now(job_of(asset))
    assert job_of(asset).run_after is not None
    data = next(iter(account.assets.values()))
    account.make_ready(data)
    assert hook(client, account, account.event("video.asset.ready", data)) == 204
    run_now(Job.objects.get(kind="webhooks.handle"))
    assert job_of(asset).run_after is None
    assert work_until(asset, state="succeeded").attempt == 1


def test_only_what_is_signed_plays(account, site, editor, film):
    """Somebody has made a public address of it at Mux, too: ours is the other one."""
    account.keeps_preparing = True
    asset = ingest(site, editor, film)
    run_now(job_of(asset))
    data = next(iter(account.assets.values()))
    signed = data["playback_ids"][0]["id"]
    data["playback_ids"].insert(0, {"id": "public", "policy": "public"})
    account.make_ready(data)
    work_until(asset, state="succeeded")
    assert asset.provider_data["mux"]["playback"] == signed


def test_without_webhooks_the_preparation_looks_by_itself(account, site, editor, film):
    account.keeps_preparing = True
    asset = ingest(site, editor, film)
    job = run_now(job_of(asset))
    assert job.state == "queued"
    assert timedelta() < job.run_after - now() <= timedelta(seconds=20)


def test_event_of_another_sites_account_moves_nothing_here(ready, account, site, client):
    """Who signs with another site's secret speaks of that site's videos alone."""
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    flip(site=other, plugin="mux", is_on=True)
    save_settings(plugin="mux", values={**account.settings, "webhook_secret": "theirs"}, site=other)
    account.webhook_secret = "theirs"
    data = account.assets[ready.provider_data["mux"]["asset"]]
    body = account.event("video.asset.deleted", data)
    assert hook(client, account, body) == 400
    heard_at_other(client, account, body)
    ready.refresh_from_db()
    assert ready.status == "ready"


def heard_at_other(client, account, body):
    headers = {"Mux-Signature": account.signature(body), "Host": "other.example"}
    answer = client.post("/hooks/mux/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 204
    assert run_now(Job.objects.get(kind="webhooks.handle")).state == "succeeded"


def test_event_of_a_shared_account_is_heard_at_any_of_its_sites(ready, account, site, client):
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    flip(site=other, plugin="mux", is_on=True)
    save_settings(plugin="mux", values=account.settings, site=other)
    data = account.assets[ready.provider_data["mux"]["asset"]]
    heard_at_other(client, account, account.event("video.asset.deleted", data))
    ready.refresh_from_db()
    assert ready.status == "failed"


def test_webhooks_in_any_order_and_thrice_change_nothing(ready, account, client):
    data = account.assets[ready.provider_data["mux"]["asset"]]
    events = [
        account.event(kind, data)
        for kind in ("video.asset.ready", "video.asset.created", "video.asset.errored")
    ]
    for body in [*events, *reversed(events), *events]:
        assert hook(client, account, body) == 204
    assert Receipt.objects.count() == 3
    for job in Job.objects.filter(kind="webhooks.handle"):
        assert run_now(job).state == "succeeded"
    ready.refresh_from_db()
    assert ready.status == "ready"


def test_a_former_copy_that_mux_deleted_ends_nothing(ready, account, client):
    data = account.assets[ready.provider_data["mux"]["asset"]] | {"id": "former"}
    assert hook(client, account, account.event("video.asset.deleted", data)) == 204
    assert run_now(Job.objects.get(kind="webhooks.handle")).state == "succeeded"
    ready.refresh_from_db()
    assert (ready.status, ready.is_playable) == ("ready", True)


def test_video_deleted_at_mux_says_so(ready, account, client):
    data = account.assets[ready.provider_data["mux"]["asset"]]
    assert hook(client, account, account.event("video.asset.deleted", data)) == 204
    run_now(Job.objects.get(kind="webhooks.handle"))
    ready.refresh_from_db()
    assert (ready.status, "“Retry” sends it" in ready.error) == ("failed", True)
    assert (ready.renditions.count(), ready.provider_data, ready.is_playable) == (0, {}, False)
    assets.retry(ready)
    work_until(ready, state="succeeded")
    assert ready.is_playable
    assert ready.provider_data["mux"]["asset"] != data["id"]


@pytest.mark.parametrize(
    "age, status", [(0, 204), (-290, 204), (290, 204), (-310, 400), (310, 400)]
)
def test_events_are_believed_for_five_minutes_both_ways(ready, account, client, age, status):
    body = account.event("video.asset.ready", account.assets[ready.provider_data["mux"]["asset"]])
    assert hook(client, account, body, at=time.time() + age) == status


@pytest.mark.parametrize(
    "header",
    ["", "t=1", "v1=00", "t=x,v1=00", "t=1,t=2,v1=00", "t=1,v1=é", "t=99999999999999999999,v1=0"],
)
def test_junk_signatures_are_refused(account, site, client, header):
    body = account.event("video.asset.ready", {"id": "1"})
    sent = client.post(
        "/hooks/mux/", body, content_type="application/json", headers={"Mux-Signature": header}
    )
    assert sent.status_code == 400


def test_event_signed_for_another_account_is_refused(ready, account, client):
    body = account.event("video.asset.ready", {"id": "1"})
    account.webhook_secret = "another"
    assert hook(client, account, body) == 400


def test_event_about_anothers_video_does_nothing(account, site, client):
    data = {"id": "1", "passthrough": "not ours"}
    assert hook(client, account, account.event("video.asset.ready", data)) == 204
    assert run_now(Job.objects.get(kind="webhooks.handle")).state == "succeeded"


def hook(client, account, body, at=None):
    headers = {"Mux-Signature": account.signature(body, at)}
    return client.post(
        "/hooks/mux/", body, content_type="application/json", headers=headers
    ).status_code


# --- pictures -------------------------------------------------------------------------------


def test_preview_is_brought_home_and_played_through_our_gate(ready, site, editor, client):
    source = grant(member=editor, asset=ready, site=site).source
    words = read(client, source.storyboard).decode()
    assert "token" not in words
    assert "http" not in words
    places = [line for line in words.splitlines() if "#xywh=" in line]
    assert places[0] == "storyboard.jpg#xywh=0,0,256,144"
    assert len(places) == 50
    sheet = read(client, source.storyboard.replace(".vtt", ".jpg"))
    assert Image.open(io.BytesIO(sheet)).size == (5 * 256, 10 * 144)


def read(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_pictures_are_asked_for_as_our_own_pages_ask(account, site, editor, film):
    save_settings(plugin="mux", values={"restriction_id": "ours"}, site=site)
    account.restrictions["ours"] = ["testserver"]
    asset = ingest(site, editor, film)
    work_until(asset, state="succeeded")
    assert asset.poster is not None
    assert asset.storyboard is not None


@pytest.mark.parametrize("fault", ["has_no_pictures", "draws_nonsense"])
def test_pictures_that_cannot_be_had_hold_no_video_up(account, site, editor, film, fault):
    setattr(account, fault, True)
    asset = ingest(site, editor, film)
    work_until(asset, state="succeeded")
    assert (asset.status, asset.poster, asset.storyboard) == ("ready", None, None)


# --- playing --------------------------------------------------------------------------------


def test_stream_plays_with_the_grants_token_and_with_no_other(ready, account, site, editor):
    source = grant(member=editor, asset=ready, site=site).source
    assert source.expires_at <= time.time() + 600
    assert httpx.get(source.url).status_code == 200
    bare = source.url.partition("?")[0]
    assert httpx.get(bare).status_code == 403
    assert httpx.get(bare, params={"token": source.url[-40:]}).status_code == 403
    theirs = account_of(site)
    playback = ready.provider_data["mux"]["playback"]
    for kind, ends in (("thumbnail", 60), ("storyboard", 60), ("video", -5)):
        token = sign(theirs, playback, kind, expires_at=time.time() + ends)
        assert httpx.get(bare, params={"token": token}).status_code == 403
    other = sign(theirs, "another", "video", expires_at=time.time() + 60)
    assert httpx.get(bare, params={"token": other}).status_code == 403


def test_restriction_lets_the_pages_it_names_play_by_their_referer(ready, account, site, editor):
    save_settings(plugin="mux", values={"restriction_id": "ours"}, site=site)
    account.restrictions["ours"] = ["testserver"]
    url = grant(member=editor, asset=ready, site=site).source.url
    assert httpx.get(url, headers={"Referer": "http://testserver/"}).status_code == 200
    assert httpx.get(url, headers={"Origin": "http://testserver"}).status_code == 403


@pytest.mark.parametrize("kind", ["video", "thumbnail", "storyboard"])
def test_tokens_live_ten_minutes_at_most_and_name_the_restriction(account, site, kind):
    save_settings(plugin="mux", values={"restriction_id": "only-here"}, site=site)
    token = sign(account_of(site), "p", kind, expires_at=time.time() + 86_400)
    head, body, _signature = token.split(".")
    assert json.loads(decoded(head))["kid"] == "key1"
    claims = json.loads(decoded(body))
    assert claims["exp"] <= time.time() + 601
    assert claims["playback_restriction_id"] == "only-here"


def decoded(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_pages_let_browsers_fetch_from_mux_where_it_is_on(account, site, client):
    assert account.url in client.get("/account/login/").headers["Content-Security-Policy"]
    flip(site=site, plugin="mux", is_on=False)
    assert account.url not in client.get("/account/login/").headers["Content-Security-Policy"]


def test_pages_play_what_is_there_without_a_webhook_secret(account, site, client):
    save_settings(plugin="mux", values={"webhook_secret": ""}, site=site)
    assert account.url in client.get("/account/login/").headers["Content-Security-Policy"]


def test_players_observe_for_mux_data_only_where_there_is_a_key(ready, account, site, editor):
    assert "observer" not in grant(member=editor, asset=ready, site=site).source.extra
    save_settings(plugin="mux", values={"data_key": "env1", "data_domain": ""}, site=site)
    observer = {"module": "mux/player/data", "key": "env1", "domain": ""}
    assert grant(member=editor, asset=ready, site=site).source.extra["observer"] == observer


@pytest.mark.parametrize(
    "key, domain, origin",
    [
        ("env1", "", "https://env1.litix.io"),
        ("No key", "", "https://img.litix.io"),
        ("env1", "metrics.example.com", "https://metrics.example.com"),
        ("env1", "localhost:8001", "http://localhost:8001"),
    ],
)
def test_policy_lets_beacons_go_where_the_library_sends_them(account, site, key, domain, origin):
    before = account_of(site).origins
    save_settings(plugin="mux", values={"data_key": key, "data_domain": domain}, site=site)
    assert set(account_of(site).origins) - set(before) == {origin}


# --- what goes wrong ------------------------------------------------------------------------


def test_damaged_film_fails_with_muxs_words(account, site, editor, film, monkeypatch):
    asset = ingest(site, editor, film)
    monkeypatch.setattr("plugins.mux.provider.send", lambda url, _source, _sent: put_junk(url))
    work_until(asset, state="failed")
    assert asset.status == "failed"
    assert "not valid" in asset.error


def test_retry_sends_again_what_failed_at_mux(account, site, editor, film):
    account.breaks = 1
    asset = ingest(site, editor, film)
    work_until(asset, state="failed")
    assert "Something broke." in asset.error
    (failed,) = account.assets
    assets.retry(asset)
    work_until(asset, state="succeeded")
    assert run_now(Job.objects.get(kind="mux.forget")).state == "succeeded"
    assert list(account.assets) == [asset.provider_data["mux"]["asset"]] != [failed]


def test_upload_that_mux_refused_is_not_sent_again(account, site, editor, film):
    asset = ingest(site, editor, film)
    account.takes_no_bytes = 503
    run_now(job_of(asset))
    refusal = {"type": "invalid_input", "message": "No such codec."}
    next(iter(account.uploads.values())).update(status="errored", error=refusal)
    work_until(asset, state="failed", looks=3)
    assert "No such codec." in asset.error
    assert account.asked.count("POST /video/v1/uploads") == 1


def test_line_that_breaks_keeps_its_address(account, site, editor, film):
    asset = ingest(site, editor, film)
    account.takes_no_bytes = 503
    run_now(job_of(asset))
    account.takes_no_bytes = 0
    work_until(asset, state="succeeded")
    assert asset.status == "ready"
    assert account.asked.count("POST /video/v1/uploads") == 1


@pytest.mark.parametrize("status", [404, 410])
def test_addresses_that_take_nothing_are_tried_a_few_times(account, site, editor, film, status):
    account.takes_no_bytes = status
    asset = ingest(site, editor, film)
    work_until(asset, state="failed", looks=10)
    assert "none of its addresses" in asset.error
    assert account.asked.count("POST /video/v1/uploads") == 5


@pytest.mark.parametrize("wrong", ["key", "restriction"])
def test_what_members_could_not_play_is_not_published(account, site, editor, film, wrong):
    if wrong == "key":
        save_settings(plugin="mux", values={"signing_key_id": "another"}, site=site)
    else:
        save_settings(plugin="mux", values={"restriction_id": "others"}, site=site)
        account.restrictions["others"] = ["elsewhere.example"]
    asset = ingest(site, editor, film)
    work_until(asset, state="failed")
    assert "signing key" in asset.error
    assert ("restriction names" in asset.error) == (wrong == "restriction")
    assert asset.renditions.count() == 0


def test_restriction_that_refuses_programs_lets_us_ask(account, site, editor, film):
    account.refuses_programs = True
    asset = ingest(site, editor, film)
    assert work_until(asset, state="succeeded").error == ""
    assert asset.poster is not None


def put_junk(url):
    httpx.put(url, content=b"no film", headers={"Content-Range": "bytes 0-6/7"})


def test_line_that_breaks_goes_on_where_it_stopped(mux, film, monkeypatch):
    monkeypatch.setattr(sending, "CHUNK", 2**16)
    size = film.stat().st_size
    upload = mux.new_upload({"cors_origin": "*", "new_asset_settings": {"playback_policies": []}})
    mux.cut_after = size // 2
    seen = []
    with pytest.raises(Later):
        sending.send(upload["url"], film, seen.append)
    arrived = mux.arrived(upload["id"])
    assert size // 2 <= arrived < size
    monkeypatch.setattr(mux, "finish", lambda number: mux.uploads[number].update(status="done"))
    seen.clear()
    sending.send(upload["url"], film, seen.append)
    assert seen[0] > arrived
    assert (mux.folder / upload["id"]).read_bytes() == film.read_bytes()


@pytest.mark.parametrize("status", [503, 429])
def test_mux_away_or_busy_for_a_while_loses_nothing(account, site, editor, film, status):
    account.failing, account.fails_with = 5, status
    asset = ingest(site, editor, film)
    job = run_now(job_of(asset))
    assert (job.state, job.attempt) == ("queued", 0)
    work_until(asset, state="succeeded")
    assert account.failing == 0


def test_wrong_keys_fail_with_the_remedy(account, site, editor, film):
    save_settings(plugin="mux", values={"token_secret": "wrong"}, site=site)
    asset = ingest(site, editor, film)
    job = run_now(job_of(asset))
    assert job.state == "failed"
    assert "access token" in job.error


def test_asset_that_vanished_at_mux_is_sent_anew(account, site, editor, film):
    account.keeps_preparing = True
    asset = ingest(site, editor, film)
    run_now(job_of(asset))
    Job.objects.update(run_after=None)
    run_now(job_of(asset))
    account.assets.clear()
    account.uploads.clear()
    account.keeps_preparing = False
    work_until(asset, state="succeeded")
    assert account.asked.count("POST /video/v1/uploads") == 2


def test_deleting_deletes_at_mux_too_even_when_it_is_away(ready, account):
    theirs = ready.provider_data["mux"]["asset"]
    with transaction.atomic():
        assets.delete(ready)
    account.failing = 1
    job = Job.objects.get(kind="mux.forget")
    assert run_now(job).state == "queued"
    Job.objects.update(run_after=None)
    assert run_now(job).state == "succeeded"
    assert theirs not in account.assets
    assert not Asset.objects.filter(pk=ready.pk).exists()


def test_cost_is_told_though_a_worker_died_before_telling(ready):
    told = {"kind": "contract.tell", "payload__hook": "money_spent"}
    Job.objects.filter(**told).delete()
    known = {name: ready.provider_data["mux"][name] for name in ("asset", "playback", "is_sent")}
    Asset.objects.filter(pk=ready.pk).update(provider_data={"mux": known})
    enqueue_preparation(ready)
    work_until(ready, state="succeeded")
    assert Job.objects.filter(**told).count() == 1


def test_cost_is_written_once(ready):
    retold = {"kind": "contract.tell", "payload__hook": "money_spent"}
    told = Job.objects.get(**retold)
    assert run_now(told).state == "succeeded"
    ready.renditions.all().delete()  # as after a restore: it is prepared, and told, once more …
    ready.refresh_from_db()
    del ready.provider_data["mux"]["told"]  # … by a worker that knows nothing of the first
    ready.save(update_fields=["provider_data"])
    enqueue_preparation(ready)
    work_until(ready, state="succeeded")
    again = Job.objects.filter(**retold).exclude(pk=told.pk)
    assert [run_now(job).state for job in again] == ["succeeded"]
    expense = Expense.objects.get()
    minutes = clips.SECONDS / 60
    assert expense.quantity == pytest.approx(minutes, abs=0.01)
    assert expense.micros == pytest.approx(25_000 * minutes, rel=0.1)
    assert expense.subject == f"asset:{ready.pk}"
    stage = ready.stages.get(name="encode")
    assert expense.stage == f"{stage.preparation_id}/encode"


# --- the operator ---------------------------------------------------------------------------


def test_connection_is_tried_with_what_was_typed(mux, db):
    values = {**manifest.defaults(), **mux.settings}
    assert hooks.test_connection(values).ok
    refused = hooks.test_connection(values | {"token_secret": "wrong"})
    assert (refused.ok, "access token" in refused.message) == (False, True)
    unknown = hooks.test_connection(values | {"signing_key_id": "another"})
    assert (unknown.ok, "no signing key" in unknown.message) == (False, True)
    unreadable = hooks.test_connection(values | {"signing_private_key": "bm90IGEga2V5"})
    assert (unreadable.ok, "cannot be read" in unreadable.message) == (False, True)
    mux.may_see_keys = False
    assert "first video shows" in hooks.test_connection(values).message
    lacking = hooks.test_connection(values | {"webhook_secret": ""})
    assert (lacking.ok, lacking.message) == (False, "webhook_secret is missing.")
    away = hooks.test_connection(values | {"api_url": "http://127.0.0.1:9"})
    assert (away.ok, "does not answer" in away.message) == (False, True)


def test_without_keys_nothing_is_sent_and_the_reason_is_told(site, editor, film, db):
    flip(site=site, plugin="mux", is_on=True)
    asset = ingest(site, editor, film)
    Asset.objects.filter(pk=asset.pk).update(provider="mux")
    job = run_now(job_of(asset))
    assert (job.state, "not set up" in job.error) == ("failed", True)


def test_two_sites_have_two_accounts(account, site, tmp_path):
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    save_settings(plugin="mux", values={"token_id": "theirs"}, site=other)
    assert (account_of(site).token_id, account_of(other).token_id) == ("id", "theirs")


def test_silence_of_the_library_is_no_answer(account, site, monkeypatch):
    client = Client(account_of(site))
    monkeypatch.setattr(client._assets, "get_asset", lambda *_a, **_k: None)
    with pytest.raises(Later):
        client.asset("x")


def test_state_that_mux_has_invented_since_is_no_error(ready, account, site):
    account.assets[ready.provider_data["mux"]["asset"]]["status"] = "pondering"
    assert Client(account_of(site)).asset(ready.provider_data["mux"]["asset"]).status == "pondering"


def test_unreadable_signing_key_names_the_remedy(account, site):
    save_settings(plugin="mux", values={"signing_private_key": "bm90IGEga2V5"}, site=site)
    with pytest.raises(VideoError, match="Features"):
        sign(account_of(site), "p", "video", expires_at=time.time() + 60)


def test_origins_are_asked_of_those_who_are_on_for_the_site(account, site):
    assert ask("content_origins", site=site, site_id=site.pk) == [account.url]
    other = Site.objects.create(hostname="other.example", root_page=site.root_page)
    assert ask("content_origins", site=other, site_id=other.pk) == []
