"""What can go wrong with telling."""


class NotifyError(Exception):
    """The root of this room's errors."""


class UnknownKind(NotifyError):
    """Nobody brings a kind of notification."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"Nobody tells of “{kind}”. Answer it to the hook notification_kinds, "
            "or switch on the plugin that brings it."
        )


class BadLink(NotifyError):
    """A link that switches something off is not one of ours."""
