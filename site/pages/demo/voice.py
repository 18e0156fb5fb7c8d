"""Speaks the demo's narrations: eSpeak NG, which comes as a wheel with its voices."""

from __future__ import annotations

import ctypes
import wave
from importlib.util import find_spec
from pathlib import Path

RETRIEVAL = 1  # espeak_AUDIO_OUTPUT: hand the samples to a callback, play nothing
RATE, PITCH, RANGE, GAP = 1, 3, 4, 7  # espeak_PARAMETER
UTF8 = 1
CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class VoiceMissing(Exception):
    """No voice is installed; the film is made without narration."""


def speak(text: str, wav: Path, *, voice: str = "en-gb", words_per_minute: int = 152) -> float:
    """Write ``text`` as mono 16-bit speech to ``wav``; returns its length in seconds.

    Raises ``VoiceMissing`` where the ``embedded`` extra is not installed. The calls are those of
    eSpeak NG's speak_lib.h.
    """
    if find_spec("espeakng_loader") is None:
        raise VoiceMissing("Install the “embedded” extra to give the demo a voice.")
    import espeakng_loader  # noqa: PLC0415 - optional

    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
    samples = bytearray()

    @CALLBACK
    def take(buffer: object, count: int, _events: object) -> int:
        if buffer and count > 0:
            samples.extend(ctypes.string_at(buffer, count * 2))
        return 0

    library.espeak_SetSynthCallback(take)
    library.espeak_SetVoiceByName(voice.encode())
    for parameter, value in ((RATE, words_per_minute), (PITCH, 42), (RANGE, 55), (GAP, 2)):
        library.espeak_SetParameter(parameter, value, 0)
    words = text.encode()
    library.espeak_Synth(words, len(words) + 1, 0, 1, 0, UTF8, None, None)
    library.espeak_Synchronize()
    library.espeak_Terminate()
    with wave.open(str(wav), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(samples))
    return len(samples) / 2 / rate
