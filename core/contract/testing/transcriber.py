"""What every transcriber must do: inherit ``TranscriberContract`` and give it a ``transcriber``."""

from __future__ import annotations

import re
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from core.contract.errors import Cancelled, TranscriberError
from core.contract.providers import Heard, Transcriber

from .voice import speak

RATE = 16_000
TEXT = (
    "Before you plan a single lesson, write down the change. "
    "Small promises are kept, and kept promises are told to friends."
)
TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class TranscriberContract:
    """Every promise of a transcriber, each as a test."""

    worst = 0.25  # of the words may be wrong

    @pytest.fixture
    def transcriber(self) -> Transcriber:
        """Return the transcriber to judge."""
        raise NotImplementedError("Override the fixture `transcriber` and return yours.")

    @pytest.fixture
    def speech(self, tmp_path: Path) -> Path:
        return spoken(TEXT, tmp_path)

    def test_says_what_it_is(self, transcriber: Transcriber) -> None:
        assert isinstance(transcriber, Transcriber)
        assert re.fullmatch(r"[a-z][a-z0-9_]*", transcriber.name)
        assert transcriber.label
        assert transcriber.longest_seconds >= 30
        assert all(TAG.fullmatch(tag) for tag in transcriber.languages())

    def test_hears_what_is_said(self, transcriber: Transcriber, speech: Path) -> None:
        heard = hear(transcriber, speech)
        said = " ".join(sentence.text for sentence in heard.sentences)
        assert word_errors(TEXT, said) <= self.worst
        assert heard.language.partition("-")[0] == "en"
        assert isinstance(heard.micros, int)
        assert heard.micros >= 0

    def test_tells_the_language_when_none_is_asked_for(
        self, transcriber: Transcriber, speech: Path
    ) -> None:
        assert hear(transcriber, speech, language="").language == "en"

    def test_tells_when_each_word_is_heard(self, transcriber: Transcriber, speech: Path) -> None:
        heard = hear(transcriber, speech)
        length = seconds_of(speech)
        for sentence in heard.sentences:
            assert 0 <= sentence.start <= sentence.end <= length + 0.5
            assert sentence.text == sentence.text.strip() != ""
        for one, other in pairwise(heard.sentences):
            assert one.start <= other.start
        words = [word for sentence in heard.sentences for word in sentence.words]
        for word in words:
            assert 0 <= word.start <= word.end <= length + 0.5
            assert 0 <= word.confidence <= 1
            assert word.text
        assert [word.start for word in words] == sorted(word.start for word in words)

    def test_invents_nothing_in_silence(self, transcriber: Transcriber, tmp_path: Path) -> None:
        quiet = tmp_path / "silence.wav"
        write_wav(quiet, bytes(2 * RATE * 4))
        heard = hear(transcriber, quiet)
        assert [one.text for one in heard.sentences if one.silence < 0.5] == []

    def test_says_how_far_it_is_and_stops_when_told(
        self, transcriber: Transcriber, speech: Path
    ) -> None:
        moments: list[float] = []
        transcriber.transcribe(speech, language="en", tick=moments.append)
        assert moments
        assert max(moments) <= seconds_of(speech) + 0.5

        def stop(_seconds: float) -> None:
            raise Cancelled("Somebody pressed stop.")

        with pytest.raises(Cancelled):
            transcriber.transcribe(speech, language="en", tick=stop)

    def test_says_what_is_wrong_with_what_is_no_sound(
        self, transcriber: Transcriber, tmp_path: Path
    ) -> None:
        broken = tmp_path / "broken.wav"
        broken.write_bytes(b"no sound at all" * 100)
        with pytest.raises(TranscriberError) as caught:
            hear(transcriber, broken)
        assert len(str(caught.value)) > 20


def spoken(text: str, folder: Path) -> Path:
    """Speak a text as transcribers take it."""
    speak(text, folder / "voice.wav")
    return resampled(folder / "voice.wav", folder / "speech.wav")


def hear(transcriber: Transcriber, sound: Path, language: str = "en") -> Heard:
    return transcriber.transcribe(sound, language=language, tick=lambda _seconds: None)


def word_errors(said: str, heard: str) -> float:
    """Return the share of words that are wrong, missing or too many (word error rate)."""
    wanted, found = _plain(said), _plain(heard)
    rows = list(range(len(found) + 1))
    for number, word in enumerate(wanted, start=1):
        above, rows[0] = rows[0], number
        for place, other in enumerate(found, start=1):
            cost = min(rows[place] + 1, rows[place - 1] + 1, above + (word != other))
            above, rows[place] = rows[place], cost
    return rows[-1] / max(len(wanted), 1)


def _plain(text: str) -> list[str]:
    return re.findall(r"[\w']+", text.lower())


def seconds_of(path: Path) -> float:
    with wave.open(str(path), "rb") as file:
        return file.getnframes() / file.getframerate()


def write_wav(path: Path, samples: bytes) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples)


def resampled(source: Path, target: Path) -> Path:
    """Bring a WAV of any rate (mono, 16 bit) to the one transcribers take, between its samples."""
    with wave.open(str(source), "rb") as file:
        rate = file.getframerate()
        samples = memoryview(file.readframes(file.getnframes())).cast("h")
    count = len(samples) * RATE // rate
    out = bytearray()
    for number in range(count):
        at = number * rate / RATE
        low = int(at)
        high = min(low + 1, len(samples) - 1)
        value = samples[low] + (samples[high] - samples[low]) * (at - low)
        out += round(value).to_bytes(2, "little", signed=True)
    write_wav(target, bytes(out))
    return target
