"""What progress raises, worded for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from .models import Note


class ProgressError(Exception):
    """Something about a member's own records could not be done."""


class BadBeat(ProgressError):
    """A heartbeat that says nothing sensible; the message says what."""


class NothingToWatch(ProgressError):
    """The asset or the member of a heartbeat is no longer there."""


class StaleNote(ProgressError):
    """The note was changed elsewhere since it was read; ``current`` is what is kept now."""

    def __init__(self, current: Note) -> None:
        super().__init__(
            _("This note was changed in another window. Nothing is lost: choose what to keep.")
        )
        self.current = current
