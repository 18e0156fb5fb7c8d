"""Fragmented MP4 (ISO/IEC 14496-12): counts frames, and joins files without touching a frame."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

HEAD = 8  # bytes of a box's size and kind
LONG_HEAD = 16
BUFFER = 2**20


class Unlike(Exception):
    """Two files that were encoded alike differ in what a player is told first."""


class Box(NamedTuple):
    kind: bytes
    start: int
    end: int


class Part(NamedTuple):
    """One file to be joined, and how many frames play before it."""

    path: Path
    before: int


def frames(path: Path) -> int:
    """Return how many frames a file with one track has."""
    with path.open("rb") as file:
        moofs = [_bytes(file, box) for box in _boxes(file) if box.kind == b"moof"]
    return sum(_count(moof, run) for moof in moofs for run in _in_track(moof, b"trun"))


def join(parts: Sequence[Part], target: Path, *, rate: float, tick: Callable[[], None]) -> None:
    """Write one file of many that were encoded alike: their fragments, at their times.

    ``rate`` is in frames a second. Raises ``Unlike``.
    """
    first = _beginning(parts[0].path)
    frame = round(_timescale(first) / rate)
    with target.open("wb") as whole:
        whole.write(first)
        for part in parts:
            if _beginning(part.path) != first:
                raise Unlike(part.path.name)
            _append(part.path, whole, part.before * frame, tick)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return b"".join(_bytes(file, box) for box in _boxes(file) if box.kind in (b"ftyp", b"moov"))


def _append(path: Path, whole: BinaryIO, later: int, tick: Callable[[], None]) -> None:
    with path.open("rb") as file:
        for box in _boxes(file):
            tick()
            if box.kind == b"moof":
                whole.write(_moved(_bytes(file, box), later))
            elif box.kind == b"mdat":
                file.seek(box.start)
                _copy(file, whole, box.end - box.start)


def _moved(moof: bytes, later: int) -> bytes:
    """Let a fragment play later: the time of its first frame, in ticks, stands in ``tfdt``."""
    moved = bytearray(moof)
    for box in _in_track(moof, b"tfdt"):
        shape = ">Q" if moof[box.start + HEAD] else ">I"  # by the box's version
        (ticks,) = struct.unpack_from(shape, moof, box.start + HEAD + 4)
        struct.pack_into(shape, moved, box.start + HEAD + 4, ticks + later)
    return bytes(moved)


def _copy(file: BinaryIO, whole: BinaryIO, size: int) -> None:
    while size > 0:
        size -= whole.write(file.read(min(size, BUFFER)))


def _count(moof: bytes, run: Box) -> int:
    return int(struct.unpack_from(">I", moof, run.start + HEAD + 4)[0])


def _timescale(beginning: bytes) -> int:
    at = beginning.index(b"mdhd") + 4
    return int(struct.unpack_from(">I", beginning, at + (20 if beginning[at] else 12))[0])


def _in_track(moof: bytes, kind: bytes) -> Iterator[Box]:
    for track in _within(moof, Box(b"moof", 0, len(moof))):
        if track.kind == b"traf":
            yield from (box for box in _within(moof, track) if box.kind == kind)


def _within(data: bytes, outer: Box) -> Iterator[Box]:
    start = outer.start + HEAD
    while start < outer.end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield Box(kind, start, start + size)
        start += size


def _boxes(file: BinaryIO) -> Iterator[Box]:
    start = 0
    while True:
        file.seek(start)
        head = file.read(LONG_HEAD)
        if len(head) < HEAD:
            return
        size, kind = struct.unpack_from(">I4s", head)
        if size == 1:  # a large box: its size follows its kind
            (size,) = struct.unpack_from(">Q", head, HEAD)
        yield Box(kind, start, start + size)
        start += size


def _bytes(file: BinaryIO, box: Box) -> bytes:
    file.seek(box.start)
    return file.read(box.end - box.start)
