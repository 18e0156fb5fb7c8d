"""What an episode takes from a feed beside its sound; what cannot be had is told, never fatal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from wagtail.models import Page

from core.jobs.claims import Claim
from core.media.chapters.services import replace_chapters
from core.media.errors import MediaError
from core.media.fetching import fetch
from core.media.models import Asset
from core.media.transcripts.cues import Cue
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from core.media.transcripts.subtitles import LARGEST as WORDS_BYTES
from core.members.models import Member

from ..models import Arrival, Episode
from . import beside
from .arriving import ARTWORK, CHAPTERS, PERSONS, WORDS, Arriving
from .artwork import fetch_artwork, image_of

CHAPTER_BYTES, SECONDS = 2 * 2**20, 60.0
MOST_LANGUAGES = 20
Got = TypeVar("Got")


@dataclass(slots=True)
class Found:
    """What was fetched of an item, and what was not and why; nothing of it is written yet."""

    artwork: Path | None = None
    chapters: list[list[Any]] = field(default_factory=list)
    captions: dict[str, list[Cue]] = field(default_factory=dict)
    missed: dict[str, str] = field(default_factory=dict)

    def attempt(self, part: str, ask: Callable[..., Got], *facts: Any) -> Got | None:
        """Return what ``ask`` gives, or note why it gives nothing."""
        try:
            return ask(*facts)
        except MediaError as error:
            self.missed[part] = str(error)
            return None

    def miss_words(self, why: str) -> None:
        """Note why chapters and captions that were fetched are not taken."""
        parts = [f"{WORDS}{language}" for language in self.captions]
        self.missed |= dict.fromkeys([*([CHAPTERS] if self.chapters else []), *parts], why)


def unfit(told: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Say why something that a feed tells has no place here."""
    words = {
        "persons": _("No role here fits %(what)s."),
        "category": _("Directories know no such category: %(what)s."),
        "transcript": _(
            "Only WebVTT, SubRip and JSON say when something is said; this is %(what)s."
        ),
    }
    return {part: words[part] % {"what": ", ".join(what)} for part, what in told.items()}


def find(claim: Claim, one: Arriving, wanted: set[str]) -> Found:
    """Fetch what an episode wants."""
    found = Found(missed=unfit(one.unfit))
    if ARTWORK in wanted:
        facts = (one.image, claim.folder, alive(claim))
        found.artwork = found.attempt(ARTWORK, fetch_artwork, *facts)
    if CHAPTERS in wanted:
        found.chapters = _chapters(claim, one, found)
    for language, url, kind in one.transcripts[:MOST_LANGUAGES]:
        part = f"{WORDS}{language}"
        if part in wanted and (cues := found.attempt(part, _captions, claim, url, kind, language)):
            found.captions[language] = cues
    return found


def _chapters(claim: Claim, one: Arriving, found: Found) -> list[list[Any]]:
    """Those of the file; where it cannot be had, those in the feed itself."""
    if not one.chapters_url:
        return one.chapters
    chapters = found.attempt(CHAPTERS, _chapters_there, claim, one.chapters_url) or one.chapters
    if chapters:
        found.missed.pop(CHAPTERS, None)
    return chapters


def _chapters_there(claim: Claim, url: str) -> list[list[Any]]:
    return beside.chapters_from(_file(claim, url, CHAPTER_BYTES))


def _captions(claim: Claim, url: str, kind: str, language: str) -> list[Cue]:
    return beside.captions_from(_file(claim, url, WORDS_BYTES), kind, language)


def _file(claim: Claim, url: str, most: int) -> Path:
    into = claim.folder / "beside.part"
    fetch(url, into, most=most, seconds=SECONDS, on_progress=alive(claim))
    return into


def alive(claim: Claim) -> Callable[[float], None]:
    """Return what keeps a claim while a small file comes."""
    return lambda _fraction: claim.progress(0.9)


def page_facts(one: Arriving, found: Found, wanted: set[str], member: Member) -> dict[str, Any]:
    """Return what the page itself takes, by field."""
    facts: dict[str, Any] = {}
    if found.artwork:
        facts[ARTWORK] = image_of(found.artwork, title=one.title, member=member)
    if PERSONS in wanted:
        facts[PERSONS] = persons(one.persons)
    return facts


def persons(told: Iterable[Iterable[str]]) -> list[tuple[str, dict[str, str]]]:
    """Return people as a page's field takes them."""
    rows = (dict(zip(("name", "role", "link"), one, strict=True)) for one in told)
    return [("person", row) for row in rows]


def amend(page: Page, facts: Mapping[str, Any], *, member: Member) -> set[str]:
    """Give a page that stands what its fields are empty of, and return their names.

    What an editor has not published yet stays unpublished, with this among it.
    """
    latest = page.get_latest_revision_as_object()
    free = {name: value for name, value in facts.items() if not getattr(latest, name)}
    put(page, latest, free, member=member)
    return set(free)


def put(page: Page, latest: Page, facts: Mapping[str, Any], *, member: Member) -> None:
    """Write facts as a page's next revision."""
    if not facts:
        return
    goes_live = page.live and not page.has_unpublished_changes  # the latest may be this very page
    for name, value in facts.items():
        setattr(latest, name, value)
    revision = latest.save_revision(user=member, clean=False)
    if goes_live:
        revision.publish()


def give_words(asset: Asset, found: Found, *, member: Member) -> dict[str, int]:
    """Give a sound the chapters and captions that it lacks; return how many by part."""
    taken = {}
    if found.chapters:
        has_own = asset.chapters.exists()
        taken[CHAPTERS] = 0 if has_own else len(_mark(asset, found.chapters))
    for language, cues in found.captions.items():
        has_own = asset.transcripts.filter(language__iexact=language).exists()
        taken[f"{WORDS}{language}"] = 0 if has_own else _write(asset, language, cues, member)
    return taken


def _mark(asset: Asset, chapters: list[list[Any]]) -> list[Any]:
    return replace_chapters(asset=asset, chapters=[(at, title) for at, title in chapters])


def _write(asset: Asset, language: str, cues: list[Cue], member: Member) -> int:
    origin = TranscriptVersion.Origin.UPLOADED
    note = _("From the feed")
    write(asset=asset, language=language, cues=cues, origin=origin, author=member, note=note)
    return 1


def complete(
    page: Episode, one: Arriving, found: Found, *, wanted: set[str], member: Member
) -> dict[str, int]:
    """Give an episode that stands what it lacks and was not given before; return how many by part.

    Where its recording was cut or replaced, the seconds of the feed are not its own any more.
    """
    facts = page_facts(one, found, wanted, member)
    given = amend(page, facts, member=member)
    taken = {name: many(value) if name in given else 0 for name, value in facts.items()}
    asset = page.media
    if not found.chapters and not found.captions:
        return taken
    if asset is None:
        found.miss_words(_("The episode plays nothing here."))
    elif asset.edition:
        found.miss_words(_("Its recording was cut or replaced here: these seconds are others."))
    else:
        taken |= give_words(asset, found, member=member)
    return taken


def many(value: Any) -> int:
    """Return how many were taken, for whoever looks."""
    return len(value) if isinstance(value, list) else 1


def note(
    show: Page,
    *,
    guid: str,
    title: str,
    page: Page | None,
    taken: Mapping[str, int],
    missed: Mapping[str, str],
) -> None:
    """Write down what came of an item, or of the show itself; what was taken stays written."""
    row = Arrival.objects.filter(show=show.pk, guid=guid).first()
    row = row or Arrival(show_id=show.pk, guid=guid)
    row.title, row.page = title[:255], page
    row.taken = {**row.taken, **taken}
    row.missed = dict(missed)
    row.save()


def taken_of(show: Page, guids: Iterable[str] | None = None) -> dict[str, dict[str, int]]:
    """Return what was taken by guid; the show's own has none."""
    rows = Arrival.objects.filter(show=show.pk)
    if guids is not None:
        rows = rows.filter(guid__in=guids)
    return dict(rows.values_list("guid", "taken"))
