"""Runs alone inside the sandbox: decodes the beginning of files, and prints what is wrong.

Nothing of the house is imported here. Prints a JSON object: a complaint, or "", by file name.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import av
import av.logging

OPTIONS = {"format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2", "protocol_whitelist": "file"}


def complaint(path: str) -> str:
    """Decode one frame of every stream."""
    try:
        with av.open(path, container_options=OPTIONS) as container:
            kinds = [stream.type for stream in container.streams]
            silent = [kind for number, kind in enumerate(kinds) if not _speaks(path, number)]
    except (av.error.FFmpegError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if not kinds:
        return "holds neither a picture nor a sound"
    return f"its first {silent[0]} cannot be decoded" if silent else ""


def _speaks(path: str, number: int) -> bool:
    try:
        with av.open(path, container_options=OPTIONS) as container:
            return next(container.decode(container.streams[number]), None) is not None
    except av.error.FFmpegError:
        return False


def main() -> None:
    av.logging.set_level(av.logging.PANIC)
    json.dump({Path(path).name: complaint(path) for path in sys.argv[1:]}, sys.stdout)


if __name__ == "__main__":
    main()
