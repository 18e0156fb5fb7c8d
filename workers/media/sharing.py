"""How a preparation is shared among workers (``core.contract.sharing.Sharing``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.contract.errors import Later, VideoError
from core.contract.sharing import Handed, Piece
from core.jobs.crews import crew_of
from core.jobs.models import Job
from core.media.services import pieces as board
from core.media.services.preparation import QUEUE
from core.storage.models import StoredObject
from core.storage.services import key_of, place

if TYPE_CHECKING:
    from .work import Work

AGAIN = 1.0  # seconds


class Shared:
    """The verbs for one claim of one preparation."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.job = work.claim.job

    @property
    def crews(self) -> int:
        """Nobody else where each would have to fetch the whole original for its piece."""
        original = self.work.asset.original
        is_near = original is not None and place(original).local_path(key_of(original))
        return crew_of(QUEUE).cores if self.work.shares and is_near else 1

    def hand_out(self, pieces: Sequence[Piece], *, stage: str) -> None:
        if board.rows_of(self.job):
            return
        at_once = crew_of(QUEUE).at_once
        with self.work.claim.fenced():
            board.hand_out(
                parent=self.job,
                site=self.work.asset.site,
                pieces=pieces,
                at_once=at_once,
                provider=self.work.provider,
                stage=stage,
                report=self.work.report.pk,
            )

    def gather(self) -> Sequence[Handed]:
        rows = board.rows_of(self.job)
        if not rows:
            return []
        _raise_failure(rows)
        board.keep_for(self.job)
        board.go_on(self.job, at_once=crew_of(QUEUE).at_once)
        if rows[0].payload["stage"] == self.work.stage_name:
            fraction, left = board.note_progress(self.job)
            self.work.progress(fraction, eta_seconds=left)
        return [_handed(row) for row in rows]

    def take(self, name: str) -> Path:
        rows = {board.piece_of(row).name: row for row in board.rows_of(self.job)}
        stored = board.object_of(rows[name])
        if stored is None:
            raise Later(AGAIN)  # lost since we gathered: made again then
        return _here(stored) or self.work.lent(stored, f"piece-{name}")

    def drop(self) -> None:
        with self.work.claim.fenced():
            board.forget(self.job)


def _raise_failure(rows: Iterable[Job]) -> None:
    failed = next((row for row in rows if row.state == Job.State.FAILED), None)
    if failed is not None:
        raise VideoError(failed.error)


def _handed(row: Job) -> Handed:
    """Say how a piece stands; one whose work was lost is made again."""
    is_done = row.state == Job.State.SUCCEEDED
    is_empty = is_done and row.result.get("object") is None
    is_declined = is_empty or row.state == Job.State.CANCELLED
    is_made = is_done and not is_empty and board.object_of(row) is not None
    if is_done and not is_empty and not is_made:
        board.make_again(row)
    return Handed(board.piece_of(row), is_made=is_made, is_declined=is_declined)


def _here(stored: StoredObject) -> Path | None:
    """Return the folder where a tree lies, if that is on this machine."""
    shelf = place(stored)
    path = next((shelf.local_path(key) for key in shelf.walk(stored.key)), None)
    return None if path is None else path.parent
