"""What can go wrong with a private address, each worded for the member who holds it."""

from __future__ import annotations

from django.utils.translation import gettext as _


class FeedError(Exception):
    """The root of this room's errors."""


class UnknownKey(FeedError):
    """No key has this token: mistyped, of another site or another kind."""

    def __init__(self) -> None:
        super().__init__(_("This private address is not valid any more. Make a new one."))


class RevokedKey(UnknownKey):
    """The key was ended, or its member let go: whoever holds its token need not ask again."""


class TooManyTries(FeedError):
    """Too many wrong tokens came from one client; ask it to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Too many wrong addresses. Wait a minute."))
        self.seconds = seconds


class Suspended(FeedError):
    """A member whose key is suspended may not make another one around it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason or _("Your private address is paused. Write to us."))


class TooManyKeys(FeedError):
    """A member has as many keys of one kind as anybody needs."""

    def __init__(self) -> None:
        super().__init__(_("You have addresses for enough apps. Remove one you no longer use."))
