"""The transcriber: posts a sound, and reads the verbose answer of the Whisper API."""

from __future__ import annotations

import math
import wave
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.contract.errors import TranscriberError
from core.contract.providers import Heard, HeardSentence, HeardWord

from .languages import tag_of
from .server import Server

MICROS = 1_000_000
MINUTE = 60.0
UNLIKELY = -1.0  # Whisper's own rule: no speech, and a mean log probability below this


class OpenAI:
    """``POST /audio/transcriptions`` with ``verbose_json``, words and segments."""

    name = "openai"
    label = "OpenAI"
    needs_account = True
    longest_seconds = 600.0  # 19 MB as WAV; the service takes 25

    def __init__(self, server: Server, values: Mapping[str, Any]) -> None:
        self._server = server
        self._model = str(values["model"])
        self._price = _number(values["price"])

    def languages(self) -> Collection[str]:
        return ()

    def transcribe(self, sound: Path, *, language: str, tick: Callable[[float], None]) -> Heard:
        form: dict[str, Any] = {
            "model": self._model,
            "response_format": "verbose_json",
            "timestamp_granularities[]": ["word", "segment"],
            "temperature": "0",
        }
        if language:
            form["language"] = language.partition("-")[0]
        tick(0.0)
        answer = self._server.transcribe(sound.read_bytes(), form, lambda: tick(0.0))
        seconds = float(answer.get("duration") or 0) or _seconds_of(sound)
        tick(seconds)
        return Heard(
            language or tag_of(str(answer.get("language") or "")),
            tuple(_sentences(answer, seconds)),
            micros=round(seconds / MINUTE * self._price * MICROS),
        )


def _seconds_of(sound: Path) -> float:
    with wave.open(str(sound), "rb") as file:
        return file.getnframes() / file.getframerate()


def _sentences(answer: Mapping[str, Any], seconds: float) -> list[HeardSentence]:
    """Words come beside the segments: each goes to the one in whose time its middle lies.

    Servers that know no segments tell the text alone: it is one over the whole sound.
    """
    if "segments" not in answer and "text" not in answer:
        raise TranscriberError(_("This address does not speak OpenAI's API."))
    whole = {"text": answer.get("text") or "", "start": 0.0, "end": seconds}
    found = answer.get("segments") or [whole]
    segments = [row for row in found if str(row.get("text", "")).strip()]
    words = answer.get("words") or ()
    return [
        _sentence(row, [word for word in words if _is_in(word, segments, number)])
        for number, row in enumerate(segments)
    ]


def _is_in(word: Mapping[str, Any], segments: list[Mapping[str, Any]], number: int) -> bool:
    middle = (float(word["start"]) + float(word["end"])) / 2
    start = float(segments[number]["start"]) if number else -math.inf
    is_last = number + 1 == len(segments)
    end = math.inf if is_last else float(segments[number + 1]["start"])
    return start <= middle < end


def _sentence(row: Mapping[str, Any], words: list[Mapping[str, Any]]) -> HeardSentence:
    likely = float(row.get("avg_logprob") or 0.0)
    sure = round(math.exp(min(likely, 0.0)), 3)  # the service tells no word's own
    return HeardSentence(
        start=float(row["start"]),
        end=float(row["end"]),
        text=str(row["text"]).strip(),
        words=tuple(
            HeardWord(float(word["start"]), float(word["end"]), str(word["word"]).strip(), sure)
            for word in words
        ),
        silence=float(row.get("no_speech_prob") or 0.0) if likely < UNLIKELY else 0.0,
        compression=float(row.get("compression_ratio") or 1.0),
    )


def _number(text: Any) -> float:
    try:
        return max(float(str(text).replace(",", ".")), 0.0)
    except ValueError:
        return 0.0
