"""What goes wrong while installing or starting, worded for a person; standard library only."""

from __future__ import annotations

import errno
import re
import shutil
from pathlib import Path

FULL = re.compile(r"No space left|ENOSPC|EDQUOT|[Dd]isk quota exceeded|os error (28|122)\b")
FORGED = re.compile(r"[Hh]ash mismatch|DO NOT MATCH THE HASHES|EINTEGRITY")
OFFLINE = re.compile(
    r"dns error|Temporary failure in name|Could not fetch|Failed to fetch|ENOTFOUND|"
    r"EAI_AGAIN|ECONNREFUSED|Connection refused|NewConnectionError|error sending request|"
    r"Network is unreachable|UnknownIssuer|SELF_SIGNED|ETIMEDOUT|timed out|No matching distribution"
)
TRIED_AGAIN = re.compile(r"^(WARNING: Retrying|npm (http|notice|warn)\b)")
LAST_LINES = 6


class Trouble(Exception):
    """Something stands in the way; worded for a person, with the remedy."""


def explain(output: str, program: str) -> str:
    """Say what a program's last words mean."""
    told = [line for line in output.strip().splitlines() if not TRIED_AGAIN.match(line)]
    last = "\n".join(f"  {line}" for line in told[-LAST_LINES:])
    if FORGED.search(output):
        return (
            "A package is not the one the lock file names, and was refused. If you did not "
            "expect that, do not work around it: the index may be serving something else."
            f"\n\n{last}"
        )
    if OFFLINE.search(output):
        return (
            "The packages could not be fetched: is this machine online, and does it reach its "
            "package index?\nBehind a proxy set HTTPS_PROXY; for an index of your own set "
            "PIP_INDEX_URL, UV_INDEX_URL and NPM_CONFIG_REGISTRY.\n"
            f"What is done stays done. {program} said:\n\n{last}"
        )
    return f"{program} failed:\n{last}"


def is_full(error: OSError) -> bool:
    return error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def of_folder(error: OSError, folder: Path) -> str | None:
    """Say why a folder of data cannot be used, or None when the error is none of these."""
    elsewhere = "Put the data elsewhere: DATA_DIR=/path/to/room make run"
    where = error.filename or folder
    if is_full(error):
        return full_disk(folder)
    if error.errno == errno.EROFS:
        return f"{where} lies on a disk that is mounted read-only.\n{elsewhere}"
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"{where} may not be written by you.\nMake it yours (chown), or: {elsewhere}"
    if error.errno in {errno.EEXIST, errno.ENOTDIR}:
        return f"{where} is a file where a folder is needed.\n{elsewhere}"
    if error.errno == errno.ENAMETOOLONG:
        return f"The path {str(where)[:60]}… is too long.\n{elsewhere}"
    return None


def full_disk(folder: Path, needed: int = 0) -> str:
    """Name the place, what is left there and, where known, what is needed."""
    free = shutil.disk_usage(_existing(folder)).free
    need = f", {size(needed)} are needed" if needed else ""
    return (
        f"The disk is full: {size(free)} are free below {folder}{need}.\n"
        "Free some space and start again: what is done stays done."
    )


def size(count: float) -> str:
    if count >= 2**30:
        return f"{count / 2**30:.1f} GB"
    return f"{count / 2**20:.0f} MB"


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())
