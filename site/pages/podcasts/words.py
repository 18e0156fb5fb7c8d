"""What is read beside an episode: its chapters, its transcript in paragraphs, who speaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.media.chapters.queries import chapters_of
from core.media.models import Asset
from core.media.transcripts.queries import published_cues

from .notes import persons_of

LONG, PAUSE = 420, 2.0  # letters after which a paragraph may end; seconds of silence that end it
ROLES = {
    "host": _("Host"),
    "co-host": _("Co-host"),
    "guest": _("Guest"),
    "guest host": _("Guest host"),
    "narrator": _("Narrator"),
    "editor": _("Editor"),
    "producer": _("Producer"),
}


@dataclass(frozen=True, slots=True)
class Passage:
    """Something at a second: a chapter, or a paragraph of the transcript."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who is heard, as a page names them."""

    name: str
    role: str
    link: str


def chapters(asset: Asset | None) -> list[Passage]:
    """Return an asset's chapters; no query where there are none."""
    if asset is None or not asset.tracks.get("chapters"):
        return []
    return [Passage(at, title) for at, title in chapters_of(asset.pk)]


def transcript(asset: Asset | None) -> tuple[str, list[Passage]]:
    """Return the language and the paragraphs that members read; no query where nothing is said."""
    found = published_cues(asset.pk) if asset and asset.tracks.get("captions") else None
    return (found[0], paragraphs(found[1])) if found else ("", [])


def paragraphs(cues: Any) -> list[Passage]:
    """Join cues until somebody pauses or a paragraph is long enough."""
    found: list[Passage] = []
    ended, words, began = 0.0, "", 0.0
    for cue in cues:
        is_over = len(words) > LONG or cue["start"] - ended > PAUSE
        if words and is_over and words.rstrip().endswith((".", "?", "!", "…", "”")):
            found.append(Passage(began, words))
            words = ""
        began = began if words else cue["start"]
        words = f"{words} {' '.join(cue['text'].split())}".strip()
        ended = cue["end"]
    return [*found, Passage(began, words)] if words else found


def speakers(*streams: Any) -> list[Speaker]:
    """Return everybody who is heard, each once."""
    named = {name: (role, link) for stream in streams for name, role, link in persons_of(stream)}
    return [Speaker(name, str(ROLES.get(role, role)), link) for name, (role, link) in named.items()]
