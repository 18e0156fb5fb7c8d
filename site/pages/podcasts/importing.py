"""Bringing in a show that lives elsewhere: one job reads its feed, one more fetches each episode.

A guid that is there already keeps what it has, so an import may be begun again at any time: it
is given what its feed offers and was not taken before, where nothing stands in that place. One
that came and was deleted or moved away stays away until somebody brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.timezone import now
from wagtail.models import Page

from core.jobs.claims import Claim
from core.jobs.models import Job
from core.jobs.queries import jobs_of
from core.jobs.services import cancel, enqueue
from core.media.fetching import fetch
from core.media.models import Asset
from core.media.services import ingest
from core.members.models import Member

from ..admin.tenancy import site_of_page
from ..models import Arrival, Episode, Lesson, Podcast
from . import shows, taking
from .arriving import Arriving, read
from .outcomes import EPISODE, READ, removed_of, subject_of

FEED_BYTES, FEED_SECONDS = 20 * 2**20, 60.0
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


@transaction.atomic
def begin(
    *, show: Podcast, url: str, member: Member, is_ours: bool = False, back: Iterable[str] = ()
) -> Job:
    """Begin to bring a feed's episodes into a show; one import a show at a time.

    ``is_ours``: who begins it says that a feed that its owner locked is theirs to bring in.
    ``back``: guids of what was removed here and is wanted again. A read that waits gives way, and
    what was asked of it is asked of this one. One that runs does not: it is returned, with its own
    payload.
    """
    Podcast.objects.filter(pk=show.pk).update(imported_from=url)
    subject = subject_of(show)
    asked = {"is_ours": is_ours, "back": [*back]}
    payload = {"show": show.pk, "url": url, "member": member.pk, **asked}
    reads = jobs_of(subject).filter(kind=READ, state=Job.State.QUEUED)
    if waiting := reads.select_for_update().first():
        payload = _with(payload, waiting.payload)
        if payload != waiting.payload:
            cancel(waiting)
    site = site_of_page(show)
    return enqueue(kind=READ, payload=payload, site=site, key=f"{READ}:{show.pk}", subject=subject)


def _with(payload: dict[str, Any], waiting: dict[str, Any]) -> dict[str, Any]:
    """Return a read's payload with what was asked of one that waits; consent is of one address."""
    back = [*dict.fromkeys([*waiting.get("back", []), *payload["back"]])]
    if waiting["url"] != payload["url"]:
        return {**payload, "back": back}
    return {**waiting, "is_ours": payload["is_ours"] or waiting.get("is_ours", False), "back": back}


def bring_back(*, show: Podcast, item: Arrival, member: Member) -> Job | None:
    """Look for an item that was removed; None where the feed is being read right now."""
    job = begin(show=show, url=show.imported_from, member=member, back=[item.guid])
    return job if item.guid in job.payload.get("back", []) else None


def read_feed(claim: Claim) -> None:
    """The door of the first job: read the feed, take what it says of the show, enqueue the rest."""
    show = Podcast.objects.get(pk=claim.payload["show"])
    member = Member.objects.get(pk=claim.payload["member"])
    feed = claim.folder / "feed.xml"
    url = claim.payload["url"]
    fetch(url, feed, most=FEED_BYTES, seconds=FEED_SECONDS, on_progress=claim.progress)
    told = read(feed)
    before = taking.taken_of(show)
    lock = shows.lock_of(told, member)
    if lock and not claim.payload.get("is_ours") and lock not in before.get("", {}):
        claim.succeed(locked=True, owner=told.owner, found=len(told.episodes), new=0)
        return
    here = set(_episodes(show).exclude(guid="").values_list("guid", flat=True))
    offered = shows.told_of(told, is_new=_is_new(show))
    wanted = {name: value for name, value in offered.items() if name not in before.get("", {})}
    found = shows.find(claim, told, wanted)
    back = set(claim.payload.get("back", [])) - here
    known = (here | before.keys()) - back  # what came once and is not here was removed
    missing = [one for one in told.episodes if one.guid not in known]
    lacking = [one for one in told.episodes if one.guid in here and _lacks(one, before)]
    with claim.fenced():
        Page.objects.select_for_update().get(pk=show.pk)  # a picture is kept once
        show.refresh_from_db()
        shows.take(show, told, wanted, found, member=member)
        gone = _forget(show, back, {one.guid for one in missing})
        _enqueue_episodes(claim, show, [*missing, *lacking])
        counted = {"found": len(told.episodes), "new": len(missing), "left_out": told.left_out}
        claim.succeed(**counted, gone=gone)


def _forget(show: Podcast, back: set[str], offered: set[str]) -> list[str]:
    """Forget that what is wanted again came; return the titles of what is not offered any more."""
    rows = removed_of(show)
    rows.filter(guid__in=back & offered).delete()
    return list(rows.filter(guid__in=back - offered).values_list("title", flat=True))


def _is_new(show: Podcast) -> bool:
    """Nobody has heard anything of it; lessons are heard in a show as well."""
    return not (_episodes(show).exists() or Lesson.objects.filter(show=show).exists())


def _lacks(one: Arriving, before: Mapping[str, Mapping[str, int]]) -> bool:
    return bool(one.offers() - before.get(one.guid, {}).keys())


def _enqueue_episodes(claim: Claim, show: Podcast, episodes: Iterable[Arriving]) -> None:
    site = site_of_page(show)
    shared = {name: value for name, value in claim.payload.items() if name != "back"}
    for one in episodes:
        payload = {**shared, "episode": asdict(one)}
        name = sha256(one.guid.encode()).hexdigest()[:32]
        key = f"{EPISODE}:{show.pk}:{name}"
        enqueue(kind=EPISODE, payload=payload, site=site, key=key, subject=claim.job.subject)


def import_episode(claim: Claim) -> None:
    """The door of the others: fetch the file and what is beside it, publish the episode.

    An episode that is here is given what it lacks.
    """
    show = Podcast.objects.get(pk=claim.payload["show"])
    member = Member.objects.get(pk=claim.payload["member"])
    one = Arriving(**claim.payload["episode"])
    came = taking.taken_of(show, [one.guid])
    is_here = _episodes(show).filter(guid=one.guid).exists()
    is_removed = one.guid in came and not is_here
    wanted = one.offers() - came.get(one.guid, {}).keys()
    if is_removed or (is_here and not wanted):
        claim.succeed(skipped=True)
        return
    file = None if is_here else _fetched(claim, one)
    found = taking.find(claim, one, wanted)
    with claim.fenced():
        Page.objects.select_for_update().get(pk=show.pk)  # one child at a time
        page = _episodes(show).filter(guid=one.guid).first()
        if page is not None:
            given = taking.complete(page, one, found, wanted=wanted, member=member)
        elif file is not None:
            asset = _ingested(show, member, one, file)
            given = taking.give_words(asset, found, member=member)
            facts = taking.page_facts(one, found, wanted, member)
            given |= {name: taking.many(value) for name, value in facts.items()}
            page = _publish(show, one, asset, facts)
        if page is not None:
            missed = found.missed
            taking.note(show, guid=one.guid, title=one.title, page=page, taken=given, missed=missed)
        claim.succeed()


def _fetched(claim: Claim, one: Arriving) -> Path:
    part = claim.folder / "part"
    told = fetch(
        one.url,
        part,
        most=SOUND_BYTES,
        seconds=SOUND_SECONDS,
        on_progress=lambda done: claim.progress(0.9 * done),
    )
    own = PurePosixPath(urlsplit(one.url).path).suffix.lower()
    named = ENDINGS.get(one.content_type) or ENDINGS.get(told)
    known = own if own in ENDINGS.values() else ""
    return part.rename(part.with_name(f"episode{known or named or '.mp3'}"))


def _ingested(show: Podcast, member: Member, one: Arriving, file: Path) -> Asset:
    is_film = file.suffix in {".mp4", ".mov", ".m4v"}
    return ingest(
        site=site_of_page(show),
        member=member,
        path=file,
        title=one.title,
        kind=Asset.Kind.VIDEO if is_film else Asset.Kind.AUDIO,
    )


def _publish(show: Podcast, one: Arriving, asset: Asset, facts: Mapping[str, Any]) -> Episode:
    at = datetime.fromisoformat(one.at) if one.at else now()
    taken = ("title", "summary", "season", "number", "kind", "guid", "is_explicit")
    episode = Episode(
        **{name: getattr(one, name) for name in taken},
        **facts,
        media=asset,
        body=[("text", one.notes)] if one.notes else [],
        first_published_at=at,
        last_published_at=at,
    )
    Podcast.objects.get(pk=show.pk).add_child(instance=episode)
    episode.save_revision().publish()
    return episode


def _episodes(show: Podcast) -> Any:
    return Episode.objects.filter(path__startswith=show.path)
