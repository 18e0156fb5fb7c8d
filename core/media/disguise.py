"""What a file says of itself in its first bytes: the cheap look before the sandboxed one."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from .errors import NotMedia
from .models import Asset

LOOK = 4096  # bytes
PACKET = 188  # bytes, of an MPEG transport stream
FEWEST_PACKETS = 3
ELEVEN_BITS = 0b111_1111_1111

PLAYLISTS = (b"#extm3u", b"ffconcat", b"[playlist]", b"v=0", b"<?xml", b"<mpd", b"<smil", b"<asx")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"\0\0\1\0")
DOCUMENTS = (b"%PDF", b"PK\3\4", b"\xd0\xcf\x11\xe0", b"{\\rtf")
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")
MEDIA = (b"\x1aE\xdf\xa3", b"ID3", b"fLaC", b"OggS", b"RF64")
BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp")


def refuse(path: Path, kind: str, name: str) -> None:
    """Raise ``NotMedia``, in plain words, for what cannot be played; downloads may be anything."""
    with path.open("rb") as file:
        head = file.read(LOOK)
    if not head:
        raise NotMedia(_("“%(name)s” is empty. Export it again, then upload it.") % {"name": name})
    if kind != Asset.Kind.FILE and not looks_like_media(head):
        raise NotMedia(f"{_what_it_is(head, name)} {_remedy()}")


def looks_like_media(head: bytes) -> bool:
    """Say whether the first bytes are those of a video or a sound we take."""
    riff = head[:4] == b"RIFF" and head[8:12] in (b"AVI ", b"WAVE")
    return (
        head.startswith(MEDIA)
        or head[4:8] in BOXES
        or riff
        or _is_bare_sound(head)
        or _is_transport_stream(head, 0)
        or _is_transport_stream(head, 4)
    )


def _is_bare_sound(head: bytes) -> bool:
    """MP3 and AAC without a wrapper begin with eleven set bits; so does a JPEG's second byte."""
    first_bits = int.from_bytes(head[:2], "big") >> 5
    return first_bits == ELEVEN_BITS and not head.startswith(PICTURES)


def _is_transport_stream(head: bytes, lead: int) -> bool:
    """Look for sync bytes; discs put a time stamp of four bytes before each packet."""
    marks = head[lead :: PACKET + lead]
    return len(marks) >= FEWEST_PACKETS and marks == b"\x47" * len(marks)


def _what_it_is(head: bytes, name: str) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_webp = head[8:12] == b"WEBP"
    sentences = (
        (start.startswith(PLAYLISTS), _("“%(name)s” is a playlist or a text file, not a video.")),
        (head.startswith(PICTURES) or is_webp, _("“%(name)s” is a picture, not a video.")),
        (head.startswith(DOCUMENTS), _("“%(name)s” is a document or an archive, not a video.")),
        (head.startswith(PROGRAMS), _("“%(name)s” is a program, not a video.")),
        (not head.strip(b"\0"), _("“%(name)s” holds only zeros: it was not copied whole.")),
        (head.isascii(), _("“%(name)s” is a text file, not a video.")),
        (True, _("“%(name)s” is not a video or a sound that we know.")),
    )
    return next(words for fits, words in sentences if fits) % {"name": name}


def _remedy() -> str:
    return _("Export it as MP4, MOV, MKV, WebM, MP3, M4A, WAV, FLAC or OGG, then upload it again.")
