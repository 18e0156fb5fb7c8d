"""Speech: how many words of a demo's lesson the offline transcriber gets wrong, and how fast."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from .copy import Copy
from .figures import Figure

LESSON = "Start with the change, not the content"


def run(_copy: Copy) -> list[Figure]:
    from core.contract.testing.transcriber import hear, seconds_of, spoken, word_errors
    from pages.demo.reel import scripts
    from plugins.offline_speech.transcriber import OfflineSpeech

    text = scripts()[LESSON].narration
    with tempfile.TemporaryDirectory() as folder:
        sound = spoken(text, Path(folder))
        began = time.perf_counter()
        heard = hear(OfflineSpeech(), sound)
        took = time.perf_counter() - began
        seconds = seconds_of(sound)
    said = " ".join(sentence.text for sentence in heard.sentences)
    note = f"eSpeak's voice, {seconds:.0f} s, {len(text.split())} words; a person's is easier"
    return [
        Figure(
            "offline speech, words wrong", 100 * word_errors(text, said), "%", most=20, note=note
        ),
        Figure("offline speech, a second of sound", took / seconds, "s", most=0.5),
    ]
