"""Having an asset's words written down: who does it, when, and what becomes of it."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.contract import ask
from core.contract.providers import Transcriber
from core.jobs.models import Job
from core.jobs.services import enqueue
from core.media.errors import NoTranscriber
from core.media.models import Asset

from .cues import Cue
from .languages import label_of, normal
from .models import TranscriptVersion
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
    transcriber = transcriber_for(asset.site_id)
    if transcriber is None:
        return None
    language = "" if transcriber.needs_account else main_language()
    if language and not _knows(transcriber, language):
        return None
    return _order(asset, language)


def ask_again(asset: Asset, language: str) -> Job:
    """An editor wants the words written (again); the new ones become another version."""
    if not has_sound(asset):
        raise NoTranscriber(_("“%(title)s” has no sound to listen to.") % {"title": asset.title})
    if transcriber_for(asset.site_id, language) is None:
        raise NoTranscriber(nobody(language))
    return _order(asset, language, again=True)


def _order(asset: Asset, language: str, *, again: bool = False) -> Job:
    return enqueue(
        kind=KIND,
        payload={"asset": str(asset.pk), "language": language, "again": again},
        site=asset.site,
        key=f"{KIND}:{asset.pk}:{language}",
        subject=f"asset:{asset.pk}",
    )


@transaction.atomic
def write_down(
    asset: Asset, *, language: str, cues: list[Cue], by: str, is_asked_for: bool
) -> TranscriptVersion | None:
    """Write what was heard as a version.

    None where nothing is said, or nobody asked and words are there already.
    """
    if not cues:
        return None
    if not is_asked_for:
        Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)
        if asset.transcripts.filter(language=normal(language)).exists():
            return None
    return write(
        asset=asset,
        language=language,
        cues=cues,
        origin=TranscriptVersion.Origin.HEARD,
        note=by,
    )


def work_on(asset: Asset) -> Job | None:
    """Return the newest transcription of an asset, under way or ended."""
    return Job.objects.filter(subject=f"asset:{asset.pk}", kind=KIND).order_by("-pk").first()
