"""What can go wrong with durable work."""


class JobError(Exception):
    """The root of this room's errors."""


class NoDoor(JobError):
    """No plugin has a door for a kind of job."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"Nothing here does “{kind}”. Switch on the plugin that brings it, or cancel the job."
        )


class SandboxError(JobError):
    """A program was stopped or failed; ``reason`` is a stable word, the message is for a person."""

    def __init__(self, reason: str, message: str, *, output: str = "") -> None:
        super().__init__(message)
        self.reason = reason  # stalled | too_long | too_big | killed | failed | missing
        self.output = output  # the last lines it wrote, for an operator
