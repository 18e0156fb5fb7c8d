"""The verbs of transcripts: write a version, restore one, publish, choose, delete."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.contract import tell
from core.media import tracks
from core.media.editing.anchors import moved
from core.media.editing.queries import way_to_today
from core.media.errors import BadCues, Moved, Outdated
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
    edition: int | None = None,
) -> TranscriptVersion:
    """Write the next version of a transcript, which counts from now on.

    With ``base``, the version that its author started from, raises ``Outdated`` when another
    one counts by now; with ``edition``, whose seconds they wrote by, ``Moved`` when another
    plays.
    """
    tag = normal(language)
    if not tag:
        raise BadCues(_("“%(tag)s” is no language. Choose one from the list.") % {"tag": language})
    row = _locked(asset)
    if edition is not None and edition != row.edition:
        raise Moved(_moved_on())
    transcript, is_new = Transcript.objects.get_or_create(
        asset=row, language=tag, defaults={"is_published": tag != UNKNOWN}
    )
    if base is not None and transcript.current_id != base:
        raise Outdated(_overtaken(transcript))
    whole = cleaned(cues)
    if author is not None:
        _end_draft(transcript, author, origin, row.edition)
    version = _next(transcript, whole, origin, author=author, note=note, edition=row.edition)
    Transcript.objects.filter(pk=transcript.pk).update(current=version, changed_at=now())
    transcript.current = version
    if is_new and not row.transcripts.filter(is_default=True).exists():
        Transcript.objects.filter(pk=transcript.pk).update(is_default=True)
    _changed(row, tag)
    asset.tracks = row.tracks
    return version


def _locked(asset: Asset) -> Asset:
    """One writer an asset at a time: numbers follow each other, and the tracks are all there."""
    return Asset.objects.select_for_update(of=("self",)).get(pk=asset.pk)


def _next(
    transcript: Transcript,
    cues: list[Cue],
    origin: Origin,
    *,
    author: Any,
    edition: int,
    note: str = "",
) -> TranscriptVersion:
    newest = transcript.versions.values_list("number", flat=True).first() or 0
    return TranscriptVersion.objects.create(
        transcript=transcript,
        number=newest + 1,
        origin=origin,
        note=note[:200],
        cues=cues,
        edition=edition,
        author=author,
    )


def _end_draft(transcript: Transcript, author: Any, origin: Origin, edition: int) -> None:
    """Let go of an author's draft: it is what they save, else it becomes a version of its own."""
    draft = transcript.drafts.select_related("base").filter(author=author).first()
    if draft is None:
        return
    if origin != Origin.EDITED and draft.cues != draft.base.cues:
        _next(transcript, draft.cues, Origin.DRAFT, author=author, edition=edition)
    draft.delete()


def _overtaken(transcript: Transcript) -> str:
    by = transcript.current.author if transcript.current else None
    return _("%(who)s saved meanwhile. Your text is kept: look at theirs, then save yours.") % {
        "who": by or _("A transcriber")
    }


def _moved_on() -> str:
    return _(
        "The film was cut or replaced meanwhile, and its captions moved along. Your text is kept"
        " and moves, too: reload the page to see it, then save."
    )


def _changed(asset: Asset, language: str) -> None:
    tracks.renew(asset)
    tell(
        "transcript_ready",
        asset_id=str(asset.pk),
        site_id=asset.site_id,
        language=language,
    )


@transaction.atomic
def restore(version: TranscriptVersion, *, author: Any) -> TranscriptVersion:
    """Let an earlier version count again, as a new one in the seconds that play.

    What its author had typed and not saved is kept, as a version before it.
    """
    asset = _locked(version.transcript.asset)
    return write(
        asset=asset,
        language=version.transcript.language,
        cues=_as_played(asset, version.cues, version.edition),
        origin=Origin.RESTORED,
        author=author,
        note=_("Version %(number)d") % {"number": version.number},
    )


def _as_played(asset: Asset, cues: list[Cue], edition: int | None) -> list[Cue]:
    """Return cues of an edition in the seconds of the one that plays."""
    if edition is None or edition == asset.edition:
        return cues
    found = way_to_today(asset.pk, edition)
    return moved(cues, found[0]) if found else cues


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


@transaction.atomic
def keep_draft(
    *, transcript: Transcript, author: Any, base: int, cues: object, edition: int | None = None
) -> TranscriptDraft:
    """Keep what an editor typed and has not saved; each has one draft of a transcript.

    ``edition``: whose seconds they wrote by; kept is what they are in those that play.
    """
    asset = _locked(transcript.asset)
    started_from = transcript.versions.filter(pk=base).first()
    if started_from is None:
        raise Outdated(_("This version is gone. Copy your text, then reload the page."))
    draft, _created = TranscriptDraft.objects.update_or_create(
        transcript=transcript,
        author=author,
        defaults={
            "base": _only_moved(transcript, started_from) or started_from,
            "cues": _as_played(asset, cleaned(cues), edition),
        },
    )
    return draft


def _only_moved(transcript: Transcript, base: TranscriptVersion) -> TranscriptVersion | None:
    """Return the version that counts where only films moved since ``base``, nobody wrote."""
    later = transcript.versions.filter(number__gt=base.number).exclude(origin=Origin.DRAFT)
    row = Transcript.objects.select_related("current").get(pk=transcript.pk)
    return None if later.exclude(origin=Origin.MOVED).exists() else row.current


def drop_draft(*, transcript: Transcript, author: Any) -> None:
    """Forget what an editor typed and does not want."""
    transcript.drafts.filter(author=author).delete()
