"""Having an asset's words written down: who does it, when, and what becomes of it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.contract import ask, tell
from core.contract.providers import Transcriber
from core.jobs.models import Job
from core.jobs.services import enqueue
from core.media.editing.models import Edition
from core.media.editing.queries import playing
from core.media.errors import NoTranscriber
from core.media.models import Asset

from .cues import Cue
from .languages import label_of, normal
from .models import TranscriptDraft, TranscriptVersion
from .services import write

KIND = "media.transcribe"


def transcriber_for(site: Site | int, language: str = "") -> Transcriber | None:
    """Return who writes a language down; one with an account goes before what is always there."""
    found: list[Transcriber] = [
        one for one in ask("transcribers", site=site) if _knows(one, language)
    ]
    return min(found, key=lambda one: not one.needs_account, default=None)


def _knows(transcriber: Transcriber, language: str) -> bool:
    known = transcriber.languages()
    first = language.partition("-")[0]
    return not known or not language or first in {tag.partition("-")[0] for tag in known}


def nobody(language: str) -> str:
    """Say that nobody writes a language down, and what to do."""
    if not language:
        return _("Nobody writes transcripts here. Upload captions, or ask the operator.")
    return _(
        "Nobody here writes %(language)s down. Upload captions, or ask the operator for a "
        "transcriber that knows it."
    ) % {"language": label_of(language)}


def main_language() -> str:
    """The language that a site's videos are taken to be in until somebody says otherwise."""
    return normal(settings.LANGUAGE_CODE.partition("-")[0])


def has_sound(asset: Asset) -> bool:
    """Tell whether there is anything to hear."""
    return bool(asset.probe.get("audio_codec")) and asset.original_id is not None


def begin_with(asset: Asset) -> Job | None:
    """A new asset plays: have its words written, unless they are there or nobody can."""
    if asset.transcripts.exists() or not has_sound(asset):
        return None
    language = _unasked(asset)
    return None if language is None else _order(asset, language)


def _unasked(asset: Asset) -> str | None:
    """Return the language in which words are written without being asked; None: they are not."""
    transcriber = transcriber_for(asset.site_id)
    if transcriber is None:
        return None
    language = "" if transcriber.needs_account else main_language()
    return None if language and not _knows(transcriber, language) else language


def begin_anew(asset: Asset) -> Job | None:
    """Another file plays: have its words written, unless somebody worked on those that are there.

    What was heard in this very file is not heard again; what an editor does until it is heard
    stays (``write_down``).
    """
    edition = playing(asset)
    if edition.cause != Edition.Cause.REPLACED or not has_sound(asset) or is_by_hand(asset):
        return None
    former = Job.objects.filter(subject=f"asset:{asset.pk}", kind=KIND)
    if former.filter(payload__original=str(asset.original_id)).exists():
        return None
    language = _unasked(asset)
    return None if language is None else _order(asset, language, anew=True)


def is_by_hand(asset: Asset) -> bool:
    """Tell whether an editor wrote, uploaded or began to correct any of an asset's words."""
    by_itself = (TranscriptVersion.Origin.HEARD, TranscriptVersion.Origin.MOVED)
    versions = TranscriptVersion.objects.filter(transcript__asset=asset)
    versions = versions.exclude(origin__in=by_itself)
    return versions.exists() or TranscriptDraft.objects.filter(transcript__asset=asset).exists()


def replaced_at(asset: Asset) -> datetime | None:
    """Return when the file that plays took another's place, or None where it is the first."""
    rows = asset.editions.filter(cause=Edition.Cause.REPLACED, original=asset.original_id)
    moment: datetime | None = rows.aggregate(Max("flipped_at"))["flipped_at__max"]
    return moment


def ask_again(asset: Asset, language: str) -> Job:
    """An editor wants the words written (again); the new ones become another version."""
    if not has_sound(asset):
        raise NoTranscriber(_("“%(title)s” has no sound to listen to.") % {"title": asset.title})
    if transcriber_for(asset.site_id, language) is None:
        raise NoTranscriber(nobody(language))
    job = _order(asset, language, again=True)
    if not is_asked_for(job):  # it is under way, and nobody had asked
        job.payload |= {"again": True, "anew": False}
        job.save(update_fields=["payload"])
    return job


def is_asked_for(job: Job) -> bool:
    """Tell whether somebody wants these words, whatever is there."""
    return bool(job.payload.get("again") and not job.payload.get("anew"))


def _order(asset: Asset, language: str, *, again: bool = False, anew: bool = False) -> Job:
    """Order it; ``again``: somebody asked, ``anew``: another file plays."""
    return enqueue(
        kind=KIND,
        payload={
            "asset": str(asset.pk),
            "language": language,
            "again": again or anew,  # words are there already
            "anew": anew,
            "original": str(asset.original_id),
        },
        site=asset.site,
        key=f"{KIND}:{asset.pk}:{asset.original_id}:{language}",
        subject=f"asset:{asset.pk}",
    )


@transaction.atomic
def write_down(
    asset: Asset, *, language: str, cues: list[Cue], by: str, is_asked_for: bool, is_anew: bool
) -> TranscriptVersion | None:
    """Write what was heard as a version.

    None where nothing is said, or nobody asked and words are there already: any in its language,
    or, where it was heard in another file (``is_anew``), those that an editor worked on.
    """
    if not cues:
        return None
    if not is_asked_for:
        Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
        there = asset.transcripts.filter(language=normal(language))
        if is_by_hand(asset) if is_anew else there.exists():
            return None
    return write(
        asset=asset,
        language=language,
        cues=cues,
        origin=TranscriptVersion.Origin.HEARD,
        note=by,
    )


def fail(asset: Asset, reason: str) -> None:
    """The words could not be written, for good: say so to whoever listens."""
    tell("transcript_failed", asset_id=str(asset.pk), site_id=asset.site_id, reason=reason)


def work_on(asset: Asset) -> Job | None:
    """Return the newest transcription of an asset, under way or ended."""
    return Job.objects.filter(subject=f"asset:{asset.pk}", kind=KIND).order_by("-pk").first()
