"""The verbs of transcripts: write a version, restore one, publish, choose, delete."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.contract import tell
from core.media import tracks
from core.media.errors import BadCues, Outdated
from core.media.models import Asset

from .cues import Cue, cleaned
from .languages import UNKNOWN, normal
from .models import Transcript, TranscriptDraft, TranscriptVersion

Origin = TranscriptVersion.Origin


@transaction.atomic
def write(
    *,
    asset: Asset,
    language: str,
    cues: object,
    origin: Origin,
    author: Any = None,
    note: str = "",
    base: int | None = None,
) -> TranscriptVersion:
    """Write the next version of a transcript, which counts from now on.

    With ``base``, the version that its author started from, raises ``Outdated`` when another
    one counts by now.
    """
    tag = normal(language)
    if not tag:
        raise BadCues(_("“%(tag)s” is no language. Choose one from the list.") % {"tag": language})
    row = _locked(asset)
    transcript, is_new = Transcript.objects.get_or_create(
        asset=row, language=tag, defaults={"is_published": tag != UNKNOWN}
    )
    if base is not None and transcript.current_id != base:
        raise Outdated(_overtaken(transcript))
    version = _next(transcript, cleaned(cues), origin, author=author, note=note)
    if is_new and not row.transcripts.filter(is_default=True).exists():
        Transcript.objects.filter(pk=transcript.pk).update(is_default=True)
    if author is not None:
        transcript.drafts.filter(author=author).delete()
    _changed(row, tag)
    asset.tracks = row.tracks
    return version


def _locked(asset: Asset) -> Asset:
    """One writer an asset at a time: numbers follow each other, and the tracks are all there."""
    return Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)


def _next(
    transcript: Transcript, cues: list[Cue], origin: Origin, *, author: Any, note: str
) -> TranscriptVersion:
    newest = transcript.versions.values_list("number", flat=True).first() or 0
    version = TranscriptVersion.objects.create(
        transcript=transcript,
        number=newest + 1,
        origin=origin,
        note=note[:200],
        cues=cues,
        author=author,
    )
    Transcript.objects.filter(pk=transcript.pk).update(current=version, changed_at=now())
    transcript.current = version
    return version


def _overtaken(transcript: Transcript) -> str:
    by = transcript.current.author if transcript.current else None
    return _("%(who)s saved meanwhile. Your text is kept: look at theirs, then save yours.") % {
        "who": by or _("A transcriber")
    }


def _changed(asset: Asset, language: str) -> None:
    tracks.renew(asset)
    tell(
        "transcript_ready",
        asset_id=str(asset.pk),
        site_id=asset.site_id,
        language=language,
    )


def restore(version: TranscriptVersion, *, author: Any) -> TranscriptVersion:
    """Let an earlier version count again, as a new one."""
    return write(
        asset=version.transcript.asset,
        language=version.transcript.language,
        cues=version.cues,
        origin=Origin.RESTORED,
        author=author,
        note=_("Version %(number)d") % {"number": version.number},
    )


@transaction.atomic
def publish(transcript: Transcript, *, is_published: bool) -> None:
    """Show a transcript to members, or take it back."""
    asset = _locked(transcript.asset)
    Transcript.objects.filter(pk=transcript.pk).update(is_published=is_published, changed_at=now())
    transcript.is_published = is_published
    _changed(asset, transcript.language)


@transaction.atomic
def make_default(transcript: Transcript) -> None:
    """Let players show this language first."""
    asset = _locked(transcript.asset)
    asset.transcripts.filter(is_default=True).update(is_default=False)
    Transcript.objects.filter(pk=transcript.pk).update(is_default=True)
    transcript.is_default = True
    tracks.renew(asset)


@transaction.atomic
def delete(transcript: Transcript) -> None:
    """Delete a transcript with its versions; another language becomes the default."""
    asset, language = _locked(transcript.asset), transcript.language
    transcript.delete()
    heir = asset.transcripts.first()
    if heir is not None and not asset.transcripts.filter(is_default=True).exists():
        Transcript.objects.filter(pk=heir.pk).update(is_default=True)
    _changed(asset, language)


def keep_draft(*, transcript: Transcript, author: Any, base: int, cues: object) -> TranscriptDraft:
    """Keep what an editor typed and has not saved; each has one draft of a transcript."""
    started_from = transcript.versions.filter(pk=base).first()
    if started_from is None:
        raise Outdated(_("This version is gone. Copy your text, then reload the page."))
    draft, _created = TranscriptDraft.objects.update_or_create(
        transcript=transcript,
        author=author,
        defaults={"base": started_from, "cues": cleaned(cues)},
    )
    return draft


def drop_draft(*, transcript: Transcript, author: Any) -> None:
    """Forget what an editor typed and does not want."""
    transcript.drafts.filter(author=author).delete()
