"""Whisper's languages: the English names it answers with, and their tags (BCP 47).

The names are those of https://github.com/openai/whisper (``whisper/tokenizer.py``); ISO 639
calls its "jw" "jv".
"""

from __future__ import annotations

from core.media.transcripts.languages import SPOKEN, normal

OLD = {"jw": "jv"}
TAGS = {name: tag for tag, names in SPOKEN.items() for name in names}


def tag_of(told: str) -> str:
    """Return the tag of what a server calls a language, by name or by tag; "" where unknown."""
    told = told.strip().lower()
    return TAGS.get(told) or OLD.get(told) or normal(told)
