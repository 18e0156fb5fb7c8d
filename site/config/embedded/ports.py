"""Free ports on loopback."""

import socket
from contextlib import closing


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    return why_not(port, host) is None


def why_not(port: int, host: str = "127.0.0.1") -> OSError | None:
    """Return what stands in the way of listening there, or None."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def free_port(preferred: int = 0) -> int:
    """Return ``preferred`` when nobody holds it, else a port the system picks."""
    if preferred and is_free(preferred):
        return preferred
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
