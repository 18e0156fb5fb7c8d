"""What can go wrong with media, each worded for a person."""

from __future__ import annotations

from django.utils.translation import gettext as _


class MediaError(Exception):
    """The root of this room's errors; the message names the thing and the remedy."""


class UploadRefused(MediaError):
    """An upload may not begin: a plugin, the kind or the name speaks against it."""


class TooLarge(UploadRefused):
    """More bytes than allowed or promised."""


class NoRoom(MediaError):
    """The disk is full; what has arrived is kept."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The server has no room left for this file. What has arrived is kept: "
                "ask the operator to free space, then resume the upload."
            )
        )


class UploadGone(MediaError):
    """The upload is finished, was cancelled, or has expired."""


class WrongOffset(MediaError):
    """The bytes do not follow the ones that have arrived; ``held`` says where to go on."""

    def __init__(self, held: int) -> None:
        super().__init__(_("The upload goes on at byte %(held)s.") % {"held": held})
        self.held = held


class Superseded(MediaError):
    """A later request took the upload over; this one writes nothing more."""

    def __init__(self) -> None:
        super().__init__(_("This upload was continued from another window or connection."))


class ChecksumMismatch(MediaError):
    """The bytes that arrived are not the bytes that were sent; they were thrown away."""

    def __init__(self) -> None:
        super().__init__(_("The file was damaged on its way. This part is being sent again."))


class NotMedia(MediaError):
    """A file is not what its name or kind says."""


class CannotRetry(MediaError):
    """There is nothing to prepare again."""


class BadCues(MediaError):
    """Captions cannot be read; the message names the line or the caption, and the remedy."""


class Outdated(MediaError):
    """Somebody else saved meanwhile: what was sent is kept as a draft, nothing is overwritten."""


class Moved(Outdated):
    """The seconds somebody wrote by are not those that play any more."""


class NoTranscriber(MediaError):
    """Nobody can write a transcript of this."""


class BadChapters(MediaError):
    """Chapters cannot be kept as they are; the message names the one."""
