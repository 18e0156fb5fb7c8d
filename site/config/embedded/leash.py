"""Runs a program that dies with its parent; as root it may wear an unprivileged mask.

Usage: ``python leash.py <signal> <mask:0|1> program argument…`` (standard library only).
PostgreSQL refuses to run as root: the mask is a user namespace in which root appears as
``nobody``, so that it works inside a 0700 tree and creates no system user.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NOBODY = 65534


def wear_mask(libc: ctypes.CDLL) -> None:
    """Enter a user namespace in which this user and group are ``nobody``."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "no user namespace can be had here")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1", encoding="ascii")


def main(death: str, mask: str, *command: str) -> None:
    parent = os.getppid()
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if mask == "1":
            wear_mask(libc)  # changing credentials clears the death signal: ask for it after
        libc.prctl(PR_SET_PDEATHSIG, int(death))
        if os.getppid() != parent:  # it died while we were starting
            os.kill(os.getpid(), signal.SIGKILL)
    os.execvp(command[0], list(command))  # noqa: S606 - the program is the point


if __name__ == "__main__":
    main(*sys.argv[1:])
