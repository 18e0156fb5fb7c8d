"""Runs inside the sandbox: model, sound and threads in, one line of JSON a sentence out."""

import json
import os
import sys
import wave
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

RATE = 16_000
LOUDEST = 32_768
NICE = 10  # whoever waits for a video to play goes first
UNLIKELY = -1.0  # a mean log probability below it, with "no speech", is Whisper's word for silence


def sound_of(path: str) -> Any:
    """Return the samples of a WAV file, from -1 to 1."""
    with wave.open(path, "rb") as file:
        if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
            raise wave.Error("not 16 kHz, mono, 16 bit")
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return samples.astype(np.float32) / LOUDEST


def main() -> int:
    """Print sentence by sentence, as they are heard."""
    model, path, threads = sys.argv[1:4]
    os.nice(NICE)
    try:
        samples = sound_of(path)
    except (wave.Error, EOFError) as error:
        sys.stderr.write(f"unreadable: {error}\n")
        return 2
    whisper = WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=int(threads))
    sentences, _info = whisper.transcribe(
        samples,
        language="en",
        beam_size=5,
        word_timestamps=True,
        vad_filter=True,  # what is no voice is not listened to: it would be invented upon
        condition_on_previous_text=False,  # a loop in one window does not reach the next
    )
    for one in sentences:
        words = [
            [float(word.start), float(word.end), word.word.strip(), float(word.probability)]
            for word in one.words or ()
            if word.word.strip()
        ]
        row = {
            "start": float(one.start),
            "end": float(one.end),
            "text": one.text.strip(),
            "words": words,
            "silence": one.no_speech_prob if one.avg_logprob < UNLIKELY else 0.0,
            "compression": one.compression_ratio,
        }
        sys.stdout.write(json.dumps(row) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
