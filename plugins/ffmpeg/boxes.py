"""Reads the codecs parameter (RFC 6381) out of an initialization segment."""

from __future__ import annotations

AAC = 0x40  # object type indication of MPEG-4 audio (ISO/IEC 14496-1)
DECODER_CONFIG = 0x04
DECODER_SPECIFIC = 0x05
MORE_BYTES = 0x80  # the length of a descriptor goes on in the next byte
ESCAPE = 31  # an audio object type that is told in the six bits after it


def codecs(init: bytes) -> str:
    """Return for instance ``avc1.64001f,mp4a.40.2``."""
    return ",".join(filter(None, (_picture(init), _sound(init))))


def _picture(init: bytes) -> str:
    at = init.find(b"avcC")
    return f"avc1.{init[at + 5 : at + 8].hex()}" if at >= 0 else ""


def _sound(init: bytes) -> str:
    at = init.find(b"esds")
    if at < 0:
        return ""
    at = _descriptor(init, DECODER_CONFIG, at + 8)
    if init[at] != AAC:
        return f"mp4a.{init[at]:02x}"
    at = _descriptor(init, DECODER_SPECIFIC, at + 13)
    kind = init[at] >> 3
    if kind == ESCAPE:
        kind = 32 + ((init[at] & 0b111) << 3 | init[at + 1] >> 5)
    return f"mp4a.{AAC:x}.{kind}"


def _descriptor(init: bytes, tag: int, start: int) -> int:
    """Return where a descriptor's content begins, after its tag and its length."""
    at = init.index(bytes([tag]), start) + 1
    while init[at] & MORE_BYTES:
        at += 1
    return at + 1
