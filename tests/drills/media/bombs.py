"""Small files that want to be large: each a name and what it claims."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from .hostile import BOX, box

FULL = 0xFFFF_FFFF
MANY = 200_000_000


def full(name: bytes, *parts: bytes) -> bytes:
    """A box with version and flags."""
    return box(name, b"\0\0\0\0", *parts)


def files(film: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield twenty bombs; ``film`` is a small honest MP4 of 64 × 64 that some are bent from."""
    yield from _tables(film)
    yield from _boxes()
    yield from _pictures()
    yield from _sounds()
    yield from _matroska()


def _tables(film: bytes) -> Iterator[tuple[str, bytes]]:
    """Tables with more rows than the file has bytes, or rows that mean for ever."""
    for table in (b"stsz", b"stco", b"stts", b"stsc", b"ctts"):
        at = film.find(table)
        if at > 0:
            count = at + 8 + (4 if table == b"stsz" else 0)
            yield (
                f"{table.decode()}.mp4",
                film[:count] + struct.pack(">I", MANY) + film[count + 4 :],
            )
    at = film.index(b"stts") + 12
    yield "ever.mp4", film[:at] + struct.pack(">II", MANY, FULL) + film[at + 8 :]
    at = film.index(b"avc1", film.index(b"stsd")) + 28
    yield "pixels.mp4", film[:at] + struct.pack(">HH", 65_000, 65_000) + film[at + 4 :]
    at = film.index(b"mdhd") + 16
    yield "slow.mp4", film[:at] + struct.pack(">II", 1, FULL) + film[at + 8 :]


def _boxes() -> Iterator[tuple[str, bytes]]:
    nested = b""
    for _ in range(5_000):
        nested = box(b"moov", nested)
    yield "nested.mp4", BOX + nested
    tracks = box(b"trak", full(b"tkhd", b"\0" * 80)) * 20_000
    yield "tracks.mp4", BOX + box(b"moov", tracks)
    inside = zlib.compress(b"\0" * 64_000_000, 9)
    packed = box(b"cmvd", struct.pack(">I", FULL), inside)
    yield "packed.mov", BOX + box(b"moov", box(b"cmov", box(b"dcom", b"zlib"), packed))
    yield "wide.mp4", BOX + struct.pack(">I4sQ", 1, b"moov", 2**62) + b"\0" * 64


def _pictures() -> Iterator[tuple[str, bytes]]:
    size = struct.pack("<iiHH", 60_000, 60_000, 1, 24)
    info = struct.pack("<I", 40) + size + b"png " + b"\0" * 20
    head = (
        b"strh" + struct.pack("<I", 56) + b"vidspng " + b"\0" * 12 + struct.pack("<4I", 1, 25, 0, 9)
    )
    head += b"\0" * 20
    stream = head + b"strf" + struct.pack("<I", len(info)) + info
    lists = b"LIST" + struct.pack("<I", 4 + len(stream)) + b"strl" + stream
    main = b"avih" + struct.pack("<I", 56) + b"\0" * 56
    header = b"LIST" + struct.pack("<I", 4 + len(main + lists)) + b"hdrl" + main + lists
    frame = png(60_000, 60_000)
    chunk = b"00dc" + struct.pack("<I", len(frame)) + frame
    movie = b"LIST" + struct.pack("<I", 4 + len(chunk)) + b"movi" + chunk
    whole = b"AVI " + header + movie
    yield "picture.avi", b"RIFF" + struct.pack("<I", len(whole)) + whole


def png(width: int, height: int) -> bytes:
    """A picture of zeros that says it is large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4_000_000, 9)
    parts = [(b"IHDR", head), (b"IDAT", rows), (b"IEND", b"")]
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _sounds() -> Iterator[tuple[str, bytes]]:
    for name, channels, rate in (("channels.wav", 65_535, 48_000), ("rate.wav", 2, FULL)):
        form = struct.pack("<HHIIHH", 1, channels, rate, FULL, 65_535, 16)
        head = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", FULL)
        yield name, b"RIFF" + struct.pack("<I", FULL) + head + b"\0" * 4096
    facts = (44_100 << 44) | (1 << 41) | (15 << 36) | (2**36 - 1)
    info = struct.pack(">HH", 4096, 4096) + b"\0" * 6 + struct.pack(">Q", facts) + b"\0" * 16
    yield "ages.flac", b"fLaC\x80\0\0\x22" + info + b"\xff\xf8\xc9\x18\0\0" * 400
    page = struct.pack("<4sBBQIIIB", b"OggS", 0, 2, 2**62, 1, 0, 0, 255) + b"\xff" * 255
    yield "ages.ogg", page + b"\0" * 65_025
    yield "cover.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + b"APIC\x7f\x7f\x7f\x7f\0\0" + b"\0" * 9_000


def _matroska() -> Iterator[tuple[str, bytes]]:
    head = b"\x1aE\xdf\xa3\x8bB\x82\x88matroska"
    yield "void.mkv", head + b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff\xec\x01" + b"\xff" * 7
    track = b"\xae\x8b\xd7\x81\x01\x83\x81\x01\x86\x85V_VP8"
    tracks = track * 60_000
    size = struct.pack(">Q", len(tracks) | 1 << 56)
    yield (
        "tracks.mkv",
        head + b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff\x16T\xaek" + size + tracks,
    )
