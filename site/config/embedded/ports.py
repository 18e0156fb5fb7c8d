"""Free ports on loopback."""

import secrets
import socket
from contextlib import closing

# Below what kernels hand to outgoing connections (Linux: 32768 on): between the choice and the
# server's start nobody is given the port by chance.
LOWEST, HIGHEST = 20_000, 32_000


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
    """Return ``preferred`` when nobody holds it, else one that no outgoing call is given."""
    if preferred and is_free(preferred):
        return preferred
    return next(port for port in iter(_any_port, 0) if is_free(port))


def _any_port() -> int:
    return LOWEST + secrets.randbelow(HIGHEST - LOWEST)
