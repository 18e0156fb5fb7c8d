"""What members read here is what Mux's own players read there, and nothing else."""

import time
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from django.test import override_settings

from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset
from core.media.services import assets
from core.media.transcripts import services as transcripts
from core.media.transcripts.models import TranscriptVersion
from core.playback.lending import captions_path
from core.playback.tokens import read_token, write_token
from plugins.mux import captions

from .test_mux import hook

UPLOADED = TranscriptVersion.Origin.UPLOADED


@pytest.fixture
def there(account, site, editor):
    """Return an asset that Mux has, and what Mux says of it; nothing of it need play."""
    theirs = {
        "id": "theirs",
        "status": "ready",
        "tracks": [
            {"id": "picture", "type": "video"},
            {"id": "others", "type": "text", "name": "Auto", "language_code": "xx",
             "status": "ready", "passthrough": ""},
        ],
    }  # fmt: skip
    account.assets["theirs"] = theirs
    asset = Asset.objects.create(
        site=site, title="A film", provider="mux", provider_data={"mux": {"asset": "theirs"}}
    )
    return asset, theirs


def write(asset, text, language="en"):
    cues = [{"start": 0.0, "end": 1.0, "text": text}]
    version = transcripts.write(asset=asset, language=language, cues=cues, origin=UPLOADED)
    hear()
    return version.transcript


def hear():
    """Run what the announcements of transcripts wrote down."""
    waiting = Job.objects.filter(kind="contract.tell", payload__hook="transcript_ready")
    for job in waiting.filter(state="queued"):
        assert run_now(job).state == "succeeded"


def look():
    job = Job.objects.filter(kind=captions.KIND).latest("pk")
    Job.objects.filter(pk=job.pk).update(run_after=None)
    return run_now(job)


def fetch(account, client):
    """Let the fake read what it was told to, as whoever has no session."""
    client.logout()
    for number in list(account.to_fetch):
        account.fetch(number, lambda url: client.get(urlsplit(url).path).content)


def settle(account, client):
    look()
    fetch(account, client)
    return look()


def test_captions_are_pushed_fetched_replaced_and_taken_away(there, account, client):
    asset, theirs = there
    english = write(asset, "Hello.")
    german = write(asset, "Hallo.", "de")
    assert settle(account, client).state == "succeeded"
    assert account.captions(theirs) == {"xx": "ready", "en": "ready", "de": "ready"}
    last = sorted(words.splitlines()[-1] for words in account.words.values())
    assert last == ["Hallo.", "Hello."]
    write(asset, "Hello again.")
    assert settle(account, client).state == "succeeded"
    assert account.words[theirs["tracks"][-1]["id"]].endswith("Hello again.\n")
    transcripts.publish(english, is_published=False)
    hear()
    assert settle(account, client).state == "succeeded"
    assert account.captions(theirs) == {"xx": "ready", "de": "ready"}
    transcripts.delete(german)
    hear()
    assert look().state == "succeeded"
    assert account.captions(theirs) == {"xx": "ready"}


def test_a_webhook_ends_the_wait(there, account, client):
    asset, theirs = there
    write(asset, "Hello.")
    job = look()
    assert (job.state, job.attempt) == ("queued", 0)
    fetch(account, client)
    event = account.event("video.asset.track.ready", {**theirs["tracks"][-1], "asset_id": "theirs"})
    assert hook(client, account, event) == 204
    run_now(Job.objects.get(kind="webhooks.handle"))
    job.refresh_from_db()
    assert job.run_after is None
    assert run_now(job).state == "succeeded"


def test_worker_that_died_between_asking_and_noting_asks_once(there, account, client):
    asset, _theirs = there
    write(asset, "Hello.")
    look()
    Job.objects.filter(kind=captions.KIND).delete()  # whatever it knew is gone
    captions.ask_for(asset.pk)
    assert settle(account, client).state == "succeeded"
    assert account.asked.count("POST /video/v1/assets/theirs/tracks") == 1


def test_words_that_change_while_mux_reads_are_sent_too(there, account, client, monkeypatch):
    asset, theirs = there
    write(asset, "Hello.")
    look()
    fetch(account, client)
    before = captions._drop_what_differs

    def meanwhile(*args):
        if Asset.objects.get(pk=asset.pk).transcripts.get().versions.count() == 1:
            write(asset, "Goodbye.")
        return before(*args)

    monkeypatch.setattr(captions, "_drop_what_differs", meanwhile)
    assert look().state == "queued"
    assert settle(account, client).state == "succeeded"
    assert account.words[theirs["tracks"][-1]["id"]].endswith("Goodbye.\n")


def test_captions_mux_cannot_fetch_say_so_and_the_next_save_tries_again(there, account, client):
    asset, theirs = there
    write(asset, "Hello.")
    look()
    account.fetch(next(iter(account.to_fetch)), lambda _url: b"<html>")
    job = look()
    assert (job.state, "can be reached from the internet" in job.error) == ("failed", True)
    assert account.captions(theirs) == {"xx": "ready"}
    captions.ask_for(asset.pk)
    assert settle(account, client).state == "succeeded"


def test_captions_that_failed_for_a_worker_that_died_are_sent_once_more(there, account, client):
    asset, theirs = there
    write(asset, "Hello.")
    look()
    account.fetch(next(iter(account.to_fetch)), lambda _url: b"<html>")
    Job.objects.filter(kind=captions.KIND).delete()
    captions.ask_for(asset.pk)
    assert settle(account, client).state == "succeeded"
    assert account.captions(theirs) == {"xx": "ready", "en": "ready"}


def test_a_site_that_mux_cannot_reach_sends_nothing_and_fails_nothing(there, account, monkeypatch):
    asset, theirs = there
    monkeypatch.setattr(captions, "is_public", lambda address: "127" in address)
    write(asset, "Hello.")
    assert look().state == "succeeded"
    assert account.captions(theirs) == {"xx": "ready"}


@pytest.mark.parametrize(
    "address, so",
    [
        ("https://members.example.com", True),
        ("https://8.8.8.8/", True),
        ("http://localhost:8000", False),
        ("http://127.0.0.1:8000", False),
        ("http://[::1]/", False),
        ("http://10.1.2.3", False),
        ("http://lectern.local", False),
        ("http://intranet", False),
        ("", False),
    ],
)
def test_an_address_on_the_internet_is_told_by_its_name(address, so):
    assert captions.is_public(address) is so


def test_only_assets_that_mux_has_are_compared(account, there):
    asset, _theirs = there
    asset.provider_data = {}
    asset.save()
    write(asset, "Hello.")
    assert not Job.objects.filter(kind=captions.KIND).exists()


def test_deleted_asset_needs_no_captions(there, account):
    asset, _theirs = there
    write(asset, "Hello.")
    job = Job.objects.get(kind=captions.KIND)
    assets.delete(asset)
    assert run_now(job).state == "cancelled"
    captions.ask_for(asset.pk)
    assert look().state == "succeeded"
    assert "POST /video/v1/assets/theirs/tracks" not in account.asked


# --- the address that is lent ---------------------------------------------------------------


def test_lent_words_open_published_captions_of_one_asset_and_nothing_else(there, client):
    asset, _theirs = there
    transcript = write(asset, "Hello.")
    path = captions_path(asset, "en")
    assert b"Hello." in client.get(path).content
    base = path.removesuffix("captions/en.vtt")
    for name in ("master.m3u8", "poster.jpg", "download", "transcript/en.json", "chapters.vtt"):
        assert client.get(base + name).status_code == 403
    assert client.post(f"/p/{base.split('/')[2]}/renew").status_code == 403
    transcripts.publish(transcript, is_published=False)
    assert client.get(path).status_code == 404


def test_what_was_lent_opens_the_gate_for_no_stranger(there, client):
    """Both are nobody's tokens: the gate may not remember one's answer for the other."""
    asset, _theirs = there
    write(asset, "Hello.")
    path = captions_path(asset, "en")
    strangers = replace(read_token(path.split("/")[2]), use="play", kid="")
    with override_settings(PLAYBACK_ENTITLEMENT_SECONDS=60):
        assert client.get(path).status_code == 200
        other = f"/p/{write_token(strangers)}/{asset.pk}/captions/en.vtt"
        assert client.get(other).status_code == 403


def test_lent_words_are_gone_in_minutes(there, client, monkeypatch):
    asset, _theirs = there
    write(asset, "Hello.")
    path = captions_path(asset, "en")
    soon = time.time() + 901
    monkeypatch.setattr("core.playback.tokens.time.time", lambda: soon)
    assert client.get(path).status_code == 403
