"""What the contract raises."""


class ContractError(Exception):
    """A plugin and the house do not agree; the message names the plugin and the remedy."""


class Misfit(ContractError):  # noqa: N818 - it says what the plugin is
    """Why one plugin cannot be loaded, and what whoever keeps it can do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class NoProvider(ContractError):  # noqa: N818 - it says what is missing
    """Nobody answers for a name."""


class StorageError(Exception):
    """A place for bytes failed; worded for a person."""


class KeyTaken(StorageError):  # noqa: N818 - it says what is wrong
    """The key exists already: nothing is ever overwritten."""


class StorageFull(StorageError):  # noqa: N818 - it says what is wrong
    """No room is left."""


class PermanentError(Exception):
    """Work failed for good and is not tried again; worded for a person, with the remedy."""


class VideoError(PermanentError):
    """A preparation failed for good; worded for the editor, with the remedy."""


class StaleClaim(Exception):  # noqa: N818 - the field's word
    """Another worker holds the job now: stop, publish nothing."""


class Cancelled(Exception):  # noqa: N818 - the field's word
    """Somebody asked for the job to stop."""
