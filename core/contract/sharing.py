"""How one long preparation is made by many workers: pieces that are handed out and gathered.

A piece is a job of its own, with the lease, the fence and the attempts of every job. Whoever has
handed pieces out goes on with something else or raises ``Later``: no worker waits for another,
and each piece that ends calls the preparation again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

if TYPE_CHECKING:
    from .providers import VideoWork


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a preparation that needs no other part; ``facts`` (JSON) say all about it."""

    name: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    weight: float = 1.0  # how much work it is, against the others


@dataclass(frozen=True, slots=True)
class Handed:
    """A piece that was handed out, and what became of it so far."""

    piece: Piece
    is_made: bool = False
    is_declined: bool = False  # it does not go this way, its maker says: drop all of them


class Sharing(Protocol):
    """The verbs of a ``VideoWork`` that may be shared."""

    @property
    def crews(self) -> int:
        """Count the workers with cores of their own that could take pieces, this one among them.

        One or none: a piece would only take from another what it gains.
        """

    def hand_out(self, pieces: Sequence[Piece], *, stage: str) -> None:
        """Have pieces made by whoever is free, the first ones first; they are what ``stage`` does.

        Pieces that were handed out before are left to it: the call changes nothing then.
        """

    def gather(self) -> Sequence[Handed]:
        """Return how the pieces stand, in order; nothing where none were handed out.

        Raises ``VideoError`` in the words of the piece that failed for good.
        """

    def take(self, name: str) -> Path:
        """Return the folder that a piece has made, to read from only."""

    def drop(self) -> None:
        """End all pieces, and forget what they made."""


@runtime_checkable
class PieceMaker(Protocol):
    """A video provider that hands pieces out makes them, too."""

    def make_piece(self, work: VideoWork, piece: Piece) -> Path | None:
        """Make one piece in a folder below ``work.folder`` and return it: it is taken away.

        ``work`` publishes nothing; ``source``, ``probe``, ``run`` and ``progress`` are the piece's
        own. None says that this film does not go in pieces after all. Raise ``VideoError`` where
        the whole preparation has failed.
        """
