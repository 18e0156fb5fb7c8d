"""Speaks a text: eSpeak NG, which comes as a wheel with its voices, and tells when each word is."""

from __future__ import annotations

import ctypes
import wave
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

RETRIEVAL = 1  # espeak_AUDIO_OUTPUT: hand the samples to a callback, play nothing
RATE, PITCH, RANGE, GAP = 1, 3, 4, 7  # espeak_PARAMETER
UTF8 = 1
LIST_END, WORD = 0, 1  # espeak_EVENT_TYPE
MILLI = 1000


class Event(ctypes.Structure):
    """``espeak_EVENT`` of eSpeak NG's speak_lib.h."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # letters, from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(Event)
)


@dataclass(frozen=True, slots=True)
class Speech:
    """What was spoken: how long it is, and from when to when (seconds) each word is heard."""

    seconds: float
    words: tuple[tuple[float, float, str], ...]


class VoiceMissing(Exception):
    """No voice is installed; the film is made without narration."""


def speak(text: str, wav: Path, *, voice: str = "en-gb", words_per_minute: int = 152) -> Speech:
    """Write ``text`` as mono 16-bit speech to ``wav``.

    Raises ``VoiceMissing`` where the ``embedded`` extra is not installed. The calls are those of
    eSpeak NG's speak_lib.h.
    """
    if find_spec("espeakng_loader") is None:
        raise VoiceMissing("Install the “embedded” extra to give the demo a voice.")
    import espeakng_loader  # noqa: PLC0415 - optional

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
    samples = bytearray()
    marks: list[tuple[int, int]] = []  # where a word begins: letters, milliseconds

    def take(buffer: Any, count: int, events: Any) -> int:
        if buffer and count > 0:
            samples.extend(ctypes.string_at(buffer, count * 2))
        _note(events, marks)
        return 0

    kept = CALLBACK(take)  # as long as it is called
    library.espeak_SetSynthCallback(kept)
    library.espeak_SetVoiceByName(voice.encode())
    for parameter, value in ((RATE, words_per_minute), (PITCH, 42), (RANGE, 55), (GAP, 2)):
        library.espeak_SetParameter(parameter, value, 0)
    words = text.encode()
    library.espeak_Synth(words, len(words) + 1, 0, 1, 0, UTF8, None, None)
    library.espeak_Synchronize()
    library.espeak_Terminate()
    _write(wav, bytes(samples), rate)
    seconds = len(samples) / 2 / rate
    return Speech(seconds, tuple(_words(text, marks, seconds)))


def _note(events: Any, marks: list[tuple[int, int]]) -> None:
    number = 0
    while events and events[number].type != LIST_END:
        if events[number].type == WORD:
            marks.append((events[number].text_position - 1, events[number].audio_position))
        number += 1


def _write(wav: Path, samples: bytes, rate: int) -> None:
    with wave.open(str(wav), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(samples)


def _words(
    text: str, marks: list[tuple[int, int]], seconds: float
) -> list[tuple[float, float, str]]:
    """Every word as it is written, up to the next; what is spoken as one (“six per cent”) too."""
    starts = {at for at, _ in marks if at == 0 or text[at - 1 : at].isspace()}
    kept = [(at, ms / MILLI) for at, ms in sorted(set(marks)) if at in starts]
    ends = [*kept, (len(text), seconds)]
    return [
        (start, max(end, start + 0.01), " ".join(text[at:stop].split()))
        for (at, start), (stop, end) in pairwise(ends)
    ]
