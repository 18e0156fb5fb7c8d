"""OpenAI's transcriber keeps every promise over HTTP, and words what the service refuses."""

from __future__ import annotations

import threading
import time

import pytest

from core.contract import ask
from core.contract.errors import Busy, Cancelled, TranscriberError
from core.contract.services import save_settings
from core.contract.testing.plugin import PluginContract
from core.contract.testing.transcriber import (
    TEXT,
    TranscriberContract,
    hear,
    spoken,
    write_wav,
)
from core.media.transcripts.languages import normal
from plugins.openai.hooks import test_connection as look_at
from plugins.openai.languages import TAGS, tag_of
from plugins.openai.transcriber import OpenAI, Server
from tests.plugins.openai_server import KEY, Refusal, serving
from workers.media.sound import Piece
from workers.media.wording import cues_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def server():
    with serving(TEXT) as running:
        yield running


@pytest.fixture
def values(server):
    return {"key": KEY, "base_url": server.base_url, "model": "whisper-1", "price": "0.006"}


@pytest.fixture
def transcriber(values):
    return OpenAI(Server.of(values), values)


class TestOpenAI(TranscriberContract):
    @pytest.fixture
    def transcriber(self, values):
        return OpenAI(Server.of(values), values)


class TestPlugin(PluginContract):
    @pytest.fixture
    def name(self):
        return "openai"


@pytest.fixture
def sound(tmp_path):
    return spoken(TEXT, tmp_path)


def test_it_asks_for_words_and_segments_and_tells_the_cost(server, transcriber, tmp_path):
    minute = tmp_path / "minute.wav"
    write_wav(minute, b"\x00\x10" * 16_000 * 60)
    heard = hear(transcriber, minute, language="de-AT")
    asked = server.asked[0]
    assert asked["timestamp_granularities[]"] == [b"word", b"segment"]
    assert (asked["response_format"], asked["model"]) == ([b"verbose_json"], [b"whisper-1"])
    assert asked["language"] == [b"de"]
    assert (heard.language, heard.micros) == ("de-AT", 6_000)
    assert sum(len(one.words) for one in heard.sentences) == len(TEXT.split())


@pytest.mark.parametrize(
    "spoken_there, tag",
    [("zh", "zh"), ("gu", "gu"), ("mi", "mi"), ("klingon", ""), ("haitian creole", "ht")],
)
def test_it_tells_what_was_spoken(server, transcriber, sound, spoken_there, tag):
    server.spoken = spoken_there
    assert hear(transcriber, sound, language="").language == tag


@pytest.mark.parametrize("left_out", [{"segments"}, {"segments", "words", "duration", "language"}])
def test_a_server_that_tells_no_segments_is_understood(server, transcriber, tmp_path, left_out):
    server.leaves_out = left_out
    minute = tmp_path / "minute.wav"
    write_wav(minute, b"\x00\x10" * 16_000 * 60)
    heard = hear(transcriber, minute, language="en")
    whole = heard.sentences[0]
    assert (len(heard.sentences), whole.text, whole.start, whole.end) == (1, TEXT, 0, 60)
    assert (heard.micros, len(whole.words)) == (
        6_000,
        0 if "words" in left_out else len(TEXT.split()),
    )
    cues = cues_of([(Piece(0, 60), heard)])
    assert " ".join(cue["text"] for cue in cues) == TEXT
    assert (len(cues) > 1, cues[-1]["end"]) == (True, pytest.approx(60))


def test_a_server_that_tells_no_text_at_all_is_none(server, transcriber, sound):
    server.leaves_out = {"segments", "text"}
    with pytest.raises(TranscriberError, match="does not speak"):
        hear(transcriber, sound)


def test_every_language_of_whisper_has_a_tag():
    assert len(set(TAGS.values())) == 100
    assert all(normal(tag) == tag for tag in TAGS.values())
    assert tag_of("Cantonese") == "yue"
    assert (tag_of("jw"), tag_of("javanese"), tag_of("pt_br")) == ("jv", "jv", "pt-BR")


@pytest.mark.parametrize(
    "refusal, words",
    [
        (Refusal(400, "Audio file is too short."), "Audio file is too short."),
        (Refusal(403, "Country not supported."), "refuses the key"),
        (Refusal(429, "You exceeded your quota.", "insufficient_quota"), "no money left"),
    ],
)
def test_what_another_attempt_does_not_mend_is_worded(server, transcriber, sound, refusal, words):
    server.trouble.append(refusal)
    with pytest.raises(TranscriberError, match=words):
        hear(transcriber, sound)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_may_be_over_soon_is_tried_again(server, transcriber, sound, status):
    server.trouble.append(Refusal(status, "Try later."))
    with pytest.raises(Busy, match="busy"):
        hear(transcriber, sound)


@pytest.mark.parametrize(
    "told, after",
    [("90", 90), ("", 0), ("soon", 0), ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400 * 365)],
)
def test_it_tells_when_the_service_wants_to_be_asked_again(server, transcriber, sound, told, after):
    server.trouble.append(Refusal(429, "Slow down.", retry_after=told))
    with pytest.raises(Busy) as caught:
        hear(transcriber, sound)
    assert caught.value.after >= after
    assert bool(caught.value.after) == bool(after)


def test_a_server_that_is_gone_is_trouble(sound, values):
    gone = {**values, "base_url": "http://127.0.0.1:9/v1"}
    with pytest.raises(Busy, match="cannot be reached"):
        hear(OpenAI(Server.of(gone), gone), sound)


def test_while_it_waits_it_lives_and_can_be_stopped(server, transcriber, sound):
    server.held.clear()  # it would answer in 20 seconds
    beats, begun = [], time.monotonic()

    def tick(seconds):
        beats.append(seconds)
        if len(beats) > 1:
            raise Cancelled("Somebody pressed stop.")

    with pytest.raises(Cancelled):
        transcriber.transcribe(sound, language="en", tick=tick)
    assert time.monotonic() - begun < 15
    server.held.set()
    assert threading.active_count() < 20


def test_without_a_key_it_does_nothing_and_with_one_it_goes_first(site, values):
    assert [one.name for one in ask("transcribers")] == ["offline_speech"]
    save_settings(plugin="openai", values=values)
    assert {one.name for one in ask("transcribers")} == {"offline_speech", "openai"}


def test_the_connection_is_tried_with_what_was_typed(values):
    assert look_at(values).ok
    assert "refuses the key" in look_at({**values, "key": "sk-wrong"}).message
    assert "does not offer" in look_at({**values, "model": "whisper-9"}).message
    assert not look_at({**values, "base_url": "http://127.0.0.1:9"}).ok
