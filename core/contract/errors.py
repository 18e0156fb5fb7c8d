"""What the contract raises."""


class ContractError(Exception):
    """A plugin and the house do not agree; the message names the plugin and the remedy."""


class Misfit(ContractError):
    """Why one plugin cannot be loaded, and what whoever keeps it can do about it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class NoProvider(ContractError):
    """Nobody answers for a name."""


class StorageError(Exception):
    """A place for bytes failed; worded for a person."""


class KeyTaken(StorageError):
    """The key exists already: nothing is ever overwritten."""


class StorageFull(StorageError):
    """No room is left."""


class NotSent(Exception):
    """A channel is sure that nothing went out: the delivery is tried again later."""


class Undeliverable(Exception):
    """A channel was refused for good; worded for an operator."""


class PermanentError(Exception):
    """Work failed for good and is not tried again; worded for a person, with the remedy."""


class VideoError(PermanentError):
    """A preparation failed for good; worded for the editor, with the remedy."""


class TranscriberError(PermanentError):
    """A transcription failed for good; worded for the editor, with the remedy."""


class StaleClaim(Exception):
    """Another worker holds the job now: stop, publish nothing."""


class Later(Exception):
    """Nothing to do before so many seconds have passed: the job waits, and loses no attempt.

    With a ``queue`` it waits for its turn there instead of here.
    """

    def __init__(self, seconds: float, *, queue: str = "") -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds
        self.queue = queue


class Busy(Exception):
    """An outside service does not answer now; worded for an editor who looks meanwhile.

    ``after``: in how many seconds it wants to be asked again, where it says so.
    """

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


class Cancelled(Exception):
    """Somebody asked for the job to stop."""


class BadEvent(Exception):
    """An event that came in cannot be believed: its signature, its age or its form is wrong."""


class NotReady(Exception):
    """A source of events has no secret yet: nothing it sends can be believed."""
