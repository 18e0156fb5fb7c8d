"""The door ``media.transcribe``: an original in, its words out, piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID

from django.utils.translation import gettext as _

from core.contract import tell
from core.contract.errors import Busy, Later, TranscriberError
from core.contract.providers import Heard, HeardSentence, HeardWord, Transcriber
from core.jobs.claims import Claim
from core.jobs.models import Job
from core.media.editing.anchors import moved
from core.media.editing.timemap import of_kept
from core.media.models import Asset, Preparation
from core.media.services import listening as stage
from core.media.services.preparation import note_cpu
from core.media.services.reports import stage_key
from core.media.transcripts import hearing
from core.media.transcripts.cues import Cue
from core.media.transcripts.languages import UNKNOWN, normal
from core.media.transcripts.models import HeardPiece
from core.storage.copies import job_copy

from .sound import Piece, Silence, cut, extract, seconds_of, slice_of
from .wording import cues_of

READING, LISTENING = "sound", "listening"
BACK_OFF = (20.0, 60.0, 180.0, 600.0, 1800.0, 3600.0, 3600.0)  # seconds; each piece has them all
LONGEST_WAIT = 6 * 3600.0


def run(claim: Claim) -> None:
    """Write one asset's words down; what a former attempt heard is not asked for again."""
    rows = Asset.objects.select_related("site", "original")
    asset = rows.filter(pk=UUID(claim.payload["asset"])).first()
    if asset is None:
        return  # deleted while the job waited
    if asset.original is None:
        raise TranscriberError(_("The file is not here any more. Upload it again."))
    if claim.payload.get("original", str(asset.original_id)) != str(asset.original_id):
        _leave(claim, asset)
        return
    language = str(claim.payload.get("language", ""))
    transcriber = hearing.transcriber_for(asset.site, language)
    if transcriber is None:
        raise TranscriberError(hearing.nobody(language))
    with claim.fenced():
        report = stage.begin_listening(asset)

    def beat() -> None:
        claim.progress(0.0, READING)

    with job_copy(asset.original, job=claim.job.pk, stays=True, tick=beat) as source:
        sound, silences, cpu = extract(source, _folder(claim), beat)
    note_cpu(report, stage.STAGE, cpu)
    listening = Listening(claim, asset, transcriber, language, report)
    heard = listening.all_of(sound, silences)
    cues = cues_of(heard, silences)
    with claim.fenced() as job:
        now = _locked(asset)
        if now.original_id != asset.original_id:
            HeardPiece.objects.filter(asset=asset, key=listening.key).delete()
            _leave(claim, now, report)
            return
        cues = _as_played(now, cues)
        version = hearing.write_down(
            asset,
            language=_spoken(heard, language),
            cues=cues,
            by=transcriber.label,
            is_asked_for=hearing.is_asked_for(job),  # perhaps since it was begun
            is_anew=bool(job.payload.get("anew")),
        )
        HeardPiece.objects.filter(asset=asset, key=listening.key).delete()
        stage.end_listening(report)
        claim.succeed(pieces=len(heard), cues=len(cues), version=version and version.pk)


def _locked(asset: Asset) -> Asset:
    return Asset.objects.select_for_update(of=("self",)).select_related("site").get(pk=asset.pk)


def _leave(claim: Claim, asset: Asset, report: Preparation | None = None) -> None:
    """The file was replaced: what is said in the former one is nobody's words any more."""
    with claim.fenced() as job:
        if report is not None:
            stage.end_listening(report)
        if hearing.is_asked_for(job):
            hearing.ask_again(asset, str(claim.payload.get("language", "")))
        claim.succeed(replaced=True)


def _as_played(asset: Asset, cues: list[Cue]) -> list[Cue]:
    """Return what was heard in the original in the seconds of what plays of it by now."""
    ranges = [(start, end) for start, end in asset.kept]
    return moved(cues, of_kept(ranges)) if ranges else cues


def _folder(claim: Claim) -> Path:
    folder = claim.folder / "sound"
    folder.mkdir(exist_ok=True)
    return folder


def _spoken(heard: Sequence[tuple[Piece, Heard]], asked: str) -> str:
    """The language asked for, else the one that was heard in most of the pieces."""
    told = [tag for _piece, one in heard if (tag := normal(one.language))]
    return asked or max(set(told), key=told.count, default=UNKNOWN)


class Listening:
    """Hears one sound, piece by piece, and keeps each."""

    def __init__(
        self,
        claim: Claim,
        asset: Asset,
        transcriber: Transcriber,
        language: str,
        report: Preparation,
    ) -> None:
        self.claim, self.asset, self.report = claim, asset, report
        self.transcriber, self.language = transcriber, language
        whose = f"{asset.original_id}:{transcriber.name}:{language}"
        self.key = sha256(whose.encode()).hexdigest()
        self.seconds = 0.0

    def all_of(self, sound: Path, silences: Sequence[Silence]) -> list[tuple[Piece, Heard]]:
        self.seconds = seconds_of(sound)
        kept = {row.start: row.heard for row in HeardPiece.objects.filter(**self._whose)}
        pieces = cut(self.seconds, silences, self.transcriber.longest_seconds)
        return [
            (piece, _read(kept[piece.start]) if piece.start in kept else self._one(sound, piece))
            for piece in pieces
        ]

    @property
    def _whose(self) -> dict[str, Any]:
        return {"asset": self.asset, "key": self.key}

    def _one(self, sound: Path, piece: Piece) -> Heard:
        """Hear one piece, keep it, and tell what it cost, in one transaction."""
        part = slice_of(sound, piece, sound.with_name("piece.wav"))
        try:
            heard = self.transcriber.transcribe(
                part, language=self.language, tick=lambda at: self._progress(piece.start + at)
            )
        except Busy as busy:
            self._wait(piece, busy)
        note_cpu(self.report, stage.STAGE, heard.cpu_seconds)
        with self.claim.fenced():
            row = HeardPiece.objects.create(
                **self._whose, start=piece.start, end=piece.end, heard=asdict(heard)
            )
            if heard.micros:
                self._tell_cost(row, heard)
        return heard

    def _wait(self, piece: Piece, busy: Busy) -> NoReturn:
        """Put the job aside for longer and longer; give a piece up that nobody hears for hours."""
        waited = self.claim.job.result
        times = waited.get("times", 0) if waited.get("piece") == piece.start else 0
        if times == len(BACK_OFF):
            raise TranscriberError(
                _("%(why)s. It was asked for hours. What was heard is kept: try again later.")
                % {"why": str(busy).rstrip(".")}
            ) from busy
        self.claim.result(piece=piece.start, times=times + 1)
        with self.claim.fenced() as row:
            Job.objects.filter(pk=row.pk).update(error=str(busy))
        raise Later(min(max(BACK_OFF[times], busy.after), LONGEST_WAIT)) from busy

    def _tell_cost(self, row: HeardPiece, heard: Heard) -> None:
        tell(
            "money_spent",
            site_id=self.asset.site_id,
            key=f"heard:{self.claim.job.pk}:{row.pk}",
            service=self.transcriber.name,
            micros=heard.micros,
            details={
                "what": "transcript",
                "subject": f"asset:{self.asset.pk}",
                "quantity": round(row.end - row.start, 3),
                "unit": "second",
                "stage": stage_key(self.report, stage.STAGE),
            },
        )

    def _progress(self, at: float) -> None:
        self.claim.progress(min(at / max(self.seconds, 0.001), 1.0), LISTENING)


def _read(kept: dict[str, Any]) -> Heard:
    sentences = tuple(
        HeardSentence(**{**row, "words": tuple(HeardWord(**word) for word in row["words"])})
        for row in kept["sentences"]
    )
    return Heard(kept["language"], sentences, kept["micros"])
