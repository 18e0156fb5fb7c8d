"""Which films the demo needs, and the job that makes one and sends it through the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from wagtail.models import Page, Site

from core.jobs.claims import Claim
from core.jobs.models import Job
from core.jobs.services import enqueue
from core.media.chapters.services import replace_chapters
from core.media.models import Asset
from core.media.services import ingest
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.services import write
from core.media.transcripts.spoken import Spoken, cued
from pages.models import Episode, Event, Lesson

from . import content, films, people, pictures
from .films import Script

KIND = "demo.film"
Words = Sequence[tuple[float, float, str]]


def order(site: Site) -> int:
    """Enqueue the first film; each one orders the next, so that uploads need not wait for all.

    Returns how many are to come.
    """
    to_come = waiting(site)
    if to_come:
        film_of(*to_come[0], site)
    return len(to_come)


def waiting(site: Site) -> list[tuple[Any, Script]]:
    """The pages that have words and neither a film nor a job that makes one, with the words."""
    pages = {
        page.title: page for page in _watchable(site) if getattr(page, f"{_field(page)}_id") is None
    }
    ordered = set(Job.objects.filter(kind=KIND).values_list("payload__page", flat=True))
    return [
        (pages[title], script)
        for title, script in scripts().items()
        if title in pages and pages[title].pk not in ordered
    ]


def film_of(page: Any, script: Script, site: Site) -> Job:
    """Enqueue the film of one page."""
    payload = {"page": page.pk, "title": script.title}
    return enqueue(kind=KIND, payload=payload, site=site, key=f"{KIND}:{page.pk}")


def go_on(job: Job) -> None:
    """One film cannot be made: the next is not kept waiting."""
    if job.site is not None:
        order(job.site)


def scripts() -> dict[str, Script]:
    """Every script by the title of its page, in the order a member meets them."""
    found: dict[str, Script] = {}
    for m, module in enumerate(content.program()["module"]):
        for n, one in enumerate(module["lesson"]):
            kicker = f"Module {m + 1} · Lesson {n + 1}"
            found[one["title"]] = _script(one, kicker, hue=pictures.HUES[m], seed=100 + m)
    rest = content.rest()
    for n, one in enumerate(rest["podcast"]["episode"], 1):
        found[one["title"]] = _script(one, f"Episode {n}", hue=40, seed=61)
    for one in rest["coaching"]["event"]:
        if "narration" in one:
            found[one["title"]] = _script(one, "Replay", hue=225, seed=23)
    return found


def make(claim: Claim) -> None:
    """The door: render the film of one page, ingest it, publish the page with it."""
    page = Page.objects.get(pk=claim.payload["page"]).specific
    claim.progress(0.1, "Rendering")
    script = scripts()[claim.payload["title"]]
    is_audio = isinstance(page, Episode)
    film = (films.sound_only if is_audio else films.film)(script, claim.folder)
    claim.progress(0.8, "Handing it to the pipeline")
    asset = ingest(
        site=claim.job.site,
        member=get_user_model().objects.get(email=people.email_of("editor")),
        path=film.path,
        title=page.title,
        kind="audio" if is_audio else "video",
    )
    say(asset, film.words, script.chapters)
    _put(page, asset)
    people.watch_a_little(claim.job.site, page, asset)
    order(claim.job.site)


def say(asset: Asset, words: Words, chapters: Sequence[tuple[str, str]]) -> None:
    """Write down what the voice said, with its own times: a first start has no time to listen."""
    if not words:
        return
    spoken = [Spoken(start, end, text) for start, end, text in words]
    uploaded = TranscriptVersion.Origin.UPLOADED
    write(asset=asset, language="en", cues=cued(spoken), origin=uploaded, note="Script")
    begun = [(_moment(words, first), title) for title, first in chapters]
    if begun:
        replace_chapters(asset=asset, chapters=begun)


def _moment(words: Words, phrase: str) -> float:
    """Return when a phrase of the narration begins."""
    texts = [text for _start, _end, text in words]
    wanted = phrase.split()
    at = next(n for n in range(len(texts)) if texts[n : n + len(wanted)] == wanted)
    return words[at][0] if at else 0.0


def _script(one: dict[str, Any], kicker: str, *, hue: float, seed: int) -> Script:
    return Script(
        kicker=kicker,
        title=one["title"],
        points=tuple(one.get("points", ())),
        narration=one["narration"],
        chapters=tuple((row["title"], row["at"]) for row in one.get("chapters", ())),
        hue=hue,
        seed=seed,
    )


def _watchable(site: Site) -> list[Any]:
    root = site.root_page
    return [
        *Lesson.objects.descendant_of(root),
        *Episode.objects.descendant_of(root),
        *Event.objects.descendant_of(root),
    ]


def _put(page: Any, asset: Any) -> None:
    setattr(page, _field(page), asset)
    page.save_revision().publish()


def _field(page: Any) -> str:
    return {Lesson: "video", Episode: "media", Event: "replay"}[type(page)]
