"""Reads of transcripts worth a name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict
from uuid import UUID

from .cues import Cue, text_of
from .models import Transcript
from .webvtt import webvtt


class Spoken(TypedDict):
    """A transcript as a page or a player reads it; ``words`` are [start, end, text]."""

    language: str
    cues: list[dict[str, Any]]


def published_cues(asset_id: UUID, language: str = "") -> tuple[str, list[Cue]] | None:
    """Return the language and the cues that members read; without a language, the default's."""
    rows = Transcript.objects.filter(asset=asset_id, is_published=True).exclude(current=None)
    if language:
        rows = rows.filter(language__iexact=language)
    return rows.values_list("language", "current__cues").first()


def captions_by_language(asset_id: UUID) -> dict[str, str]:
    """Return the captions that members read, as WebVTT, by their language; empty ones are none."""
    rows = Transcript.objects.filter(asset=asset_id, is_published=True).exclude(current=None)
    said = rows.order_by("language").values_list("language", "current__cues")
    return {language: webvtt(cues) for language, cues in said if cues}


def all_said(asset_id: UUID) -> str:
    """Return what members read of an asset, in every language, for search."""
    rows = Transcript.objects.filter(asset=asset_id, is_published=True).exclude(current=None)
    return " ".join(text_of(cues) for cues in rows.values_list("current__cues", flat=True))


def spoken(asset_id: UUID, language: str = "") -> Spoken | None:
    """Return the transcript that members read, with the time of every word that has one."""
    found = published_cues(asset_id, language)
    return Spoken(language=found[0], cues=[*_shown(found[1])]) if found else None


def _shown(cues: Iterable[Cue]) -> Iterable[dict[str, Any]]:
    """Leave out what is for editors: how sure a transcriber was, and what it stumbled over."""
    for cue in cues:
        shown: dict[str, Any] = {name: cue[name] for name in ("start", "end", "text")}
        if cue.get("words"):
            shown["words"] = [word[:3] for word in cue["words"]]
        yield shown
