"""What can go wrong with an edition, worded for an editor."""

from __future__ import annotations

from core.media.errors import MediaError


class CannotEdit(MediaError):
    """Why a video stays as it is, and what to do."""


class Occupied(CannotEdit):
    """Other work on the video has to end first."""
