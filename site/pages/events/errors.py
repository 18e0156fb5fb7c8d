"""What can go wrong with a place at an event, worded for the member."""

from django.utils.translation import gettext as _


class EventError(Exception):
    """The root of this subject's errors."""


class Over(EventError):
    """There is nothing to come to any more."""

    def __init__(self) -> None:
        super().__init__(_("This session is over."))


class CalledOff(EventError):
    """It does not take place."""

    def __init__(self) -> None:
        super().__init__(_("This session was cancelled."))


class NotYet(EventError):
    """The doors are closed."""

    def __init__(self) -> None:
        super().__init__(_("The doors open 15 minutes before the session starts."))


class NoPlace(EventError):
    """All places are taken, and this member has none."""

    def __init__(self) -> None:
        super().__init__(_("You have no place in this session. All of them are taken."))


class NoRoom(EventError):
    """Nobody has said where it takes place."""

    def __init__(self) -> None:
        super().__init__(_("The host has not opened a room yet. Try again in a minute."))
