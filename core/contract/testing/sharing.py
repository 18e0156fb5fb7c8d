"""Other workers, played by this one: pieces are made at once, in the order they are handed out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.contract.sharing import Handed, Piece


@dataclass
class Here:
    """A ``Sharing`` for tests; without ``make`` nobody else is there."""

    make: Callable[[Piece], Path | None] | None = None
    crews: int = 0
    handed: dict[str, Handed] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    stage: str = ""
    was_dropped: bool = False

    def hand_out(self, pieces: Sequence[Piece], *, stage: str) -> None:
        if not self.handed:
            self.stage = stage
            self.handed = {one.name: Handed(_written(one)) for one in pieces}

    def gather(self) -> Sequence[Handed]:
        """Make one more piece at each look, so that a provider meets them half-way too."""
        found = list(self.handed.values())
        waiting = next((one for one in found if not (one.is_made or one.is_declined)), None)
        if waiting is not None:
            self._make(waiting.piece)
        return found

    def _make(self, piece: Piece) -> None:
        assert self.make is not None
        folder = self.make(piece)
        if folder is not None:
            self.folders[piece.name] = folder
        is_made = folder is not None
        self.handed[piece.name] = Handed(piece, is_made=is_made, is_declined=not is_made)

    def take(self, name: str) -> Path:
        return self.folders[name]

    def drop(self) -> None:
        self.handed.clear()
        self.folders.clear()
        self.was_dropped = True


def _written(piece: Piece) -> Piece:
    """Return a piece as its row gives it back."""
    return Piece(**json.loads(json.dumps(asdict(piece))))
