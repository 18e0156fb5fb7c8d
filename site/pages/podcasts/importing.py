"""Bringing in a show that lives elsewhere: one job reads its feed, one more fetches each episode.

A guid that is there already is left alone, so an import may be begun again at any time.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.timezone import now
from wagtail.models import Page, Site

from core.jobs.claims import Claim
from core.jobs.models import Job
from core.jobs.queries import jobs_of
from core.jobs.services import cancel, enqueue
from core.media.fetching import fetch
from core.media.models import Asset
from core.media.services import ingest
from core.members.models import Member

from ..admin.tenancy import site_of_page
from ..models import Episode, Podcast
from .arriving import Show, read

READ, EPISODE = "podcasts.import", "podcasts.import_episode"
FEED_BYTES, FEED_SECONDS = 20 * 2**20, 60.0
FAILED_SHOWN = 50
SOUND_BYTES, SOUND_SECONDS = 2 * 2**30, 1800.0
ENDINGS = {
    "audio/mpeg": ".mp3",
    "audio/mp3": ".mp3",
    "audio/mp4": ".m4a",
    "audio/x-m4a": ".m4a",
    "audio/aac": ".aac",
    "audio/ogg": ".ogg",
    "audio/wav": ".wav",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/x-m4v": ".m4v",
}


def subject_of(show: Page) -> str:
    """Return what jobs of a show's import are about."""
    return f"podcast:{show.pk}"


@transaction.atomic
def begin(*, show: Podcast, url: str, member: Member) -> Job:
    """Begin to bring a feed's episodes into a show; one import a show at a time.

    A read of another address that waits gives way. One that runs does not: it is returned, with
    its own address in the payload.
    """
    Podcast.objects.filter(pk=show.pk).update(imported_from=url)
    payload = {"show": show.pk, "url": url, "member": member.pk}
    subject = subject_of(show)
    site = site_of_page(show)
    waiting = jobs_of(subject).filter(kind=READ, state=Job.State.QUEUED)
    for job in waiting.exclude(payload__url=url):
        cancel(job)
    return enqueue(kind=READ, payload=payload, site=site, key=f"{READ}:{show.pk}", subject=subject)


def read_feed(claim: Claim) -> None:
    """The door of the first job: read the feed, and enqueue what is not here yet."""
    show = Podcast.objects.get(pk=claim.payload["show"])
    feed = claim.folder / "feed.xml"
    url = claim.payload["url"]
    fetch(url, feed, most=FEED_BYTES, seconds=FEED_SECONDS, on_progress=claim.progress)
    told = read(feed)
    known = set(_episodes(show).exclude(guid="").values_list("guid", flat=True))
    missing = [one for one in told.episodes if one.guid not in known]
    with claim.fenced():
        _fill(show, told)
        site = site_of_page(show)
        for one in missing:
            _enqueue_episode(claim, site, asdict(one))
        claim.succeed(found=len(told.episodes), new=len(missing), left_out=told.left_out)


def _enqueue_episode(claim: Claim, site: Site | None, facts: dict[str, Any]) -> None:
    payload = {**claim.payload, "episode": facts}
    name = sha256(facts["guid"].encode()).hexdigest()[:32]
    key = f"{EPISODE}:{claim.payload['show']}:{name}"
    enqueue(kind=EPISODE, payload=payload, site=site, key=key, subject=claim.job.subject)


def _fill(show: Podcast, told: Show) -> None:
    """Take from the feed what the editor has not written."""
    missing = {
        name: said
        for name in ("summary", "author")
        if (said := getattr(told, name)) and not getattr(show, name)
    }
    if missing:
        Podcast.objects.filter(pk=show.pk).update(**missing)


def import_episode(claim: Claim) -> None:
    """The door of the others: fetch the file, hand it to the pipeline, publish the episode."""
    show = Podcast.objects.get(pk=claim.payload["show"])
    facts = claim.payload["episode"]
    if _episodes(show).filter(guid=facts["guid"]).exists():
        claim.succeed(skipped=True)
        return
    file = _fetched(claim, facts)
    with claim.fenced():
        Page.objects.select_for_update().get(pk=show.pk)  # one child at a time
        if not _episodes(show).filter(guid=facts["guid"]).exists():
            _publish(show, facts, _ingested(show, claim, facts, file))
        claim.succeed()


def _fetched(claim: Claim, facts: dict[str, Any]) -> Path:
    part = claim.folder / "part"
    told = fetch(
        facts["url"],
        part,
        most=SOUND_BYTES,
        seconds=SOUND_SECONDS,
        on_progress=lambda done: claim.progress(0.9 * done),
    )
    own = PurePosixPath(urlsplit(facts["url"]).path).suffix.lower()
    named = ENDINGS.get(facts["content_type"]) or ENDINGS.get(told)
    known = own if own in ENDINGS.values() else ""
    return part.rename(part.with_name(f"episode{known or named or '.mp3'}"))


def _ingested(show: Podcast, claim: Claim, facts: dict[str, Any], file: Path) -> Asset:
    is_film = file.suffix in {".mp4", ".mov", ".m4v"}
    return ingest(
        site=site_of_page(show),
        member=Member.objects.get(pk=claim.payload["member"]),
        path=file,
        title=facts["title"],
        kind=Asset.Kind.VIDEO if is_film else Asset.Kind.AUDIO,
    )


def _publish(show: Podcast, facts: dict[str, Any], asset: Asset) -> None:
    at = datetime.fromisoformat(facts["at"]) if facts["at"] else now()
    taken = ("title", "summary", "season", "number", "kind", "guid")
    episode = Episode(
        **{name: facts[name] for name in taken},
        media=asset,
        body=[("text", facts["notes"])] if facts["notes"] else [],
        first_published_at=at,
        last_published_at=at,
    )
    Podcast.objects.get(pk=show.pk).add_child(instance=episode)
    episode.save_revision().publish()


def _episodes(show: Podcast) -> Any:
    return Episode.objects.filter(path__startswith=show.path)


def state_of(show: Page) -> dict[str, Any]:
    """Return how a show's import stands: what waits, what is in, what failed and why.

    Three queries of few columns, however many episodes: an open page asks each second or two.
    """
    counted = _newest(show).values_list("kind", "state").annotate(Count("pk")).order_by()
    many = {(kind, state): n for kind, state, n in counted}
    total = sum(n for (kind, _state), n in many.items() if kind == EPISODE)
    done = many.get((EPISODE, Job.State.SUCCEEDED), 0)
    failed = sum(n for (_kind, state), n in many.items() if state == Job.State.FAILED)
    return {
        "reading": jobs_of(subject_of(show)).filter(kind=READ).defer("detail").first(),
        "failed": list(failed_of(show).defer("detail")[:FAILED_SHOWN]) if failed else [],
        "failed_more": max(0, failed - FAILED_SHOWN),
        "active": sum(n for (_kind, state), n in many.items() if state in Job.ACTIVE),
        "done": done,
        "total": total,
        "fraction": done / total if total else 0,
    }


def failed_of(show: Page) -> QuerySet[Job]:
    """Return the jobs of a show's import that ended badly, the newest first."""
    return _newest(show).filter(state=Job.State.FAILED).order_by("-pk")


def _newest(show: Page) -> QuerySet[Job]:
    """Return the newest job of each key: what was tried before counts no more."""
    tried = jobs_of(subject_of(show)).filter(kind__in=[READ, EPISODE])
    newest = tried.order_by("key", "-pk").distinct("key")
    return Job.objects.filter(pk__in=newest.values("pk"))
