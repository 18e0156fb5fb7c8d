"""Reads fragmented MP4 (ISO/IEC 14496-12): the codecs (RFC 6381), and how long a segment plays."""

from __future__ import annotations

from collections.abc import Iterator

HOLDERS = {b"moov", b"trak", b"mdia", b"mvex", b"moof", b"traf"}  # boxes that hold boxes
RUN_FIELDS = DURATION, _SIZE, _FLAGS, SHOWN_AFTER = 0x100, 0x200, 0x400, 0x800  # of each sample
PICTURE = b"vide"
AAC = 0x40  # object type indication of MPEG-4 audio (ISO/IEC 14496-1)
DECODER_CONFIG = 0x04
DECODER_SPECIFIC = 0x05
MORE_BYTES = 0x80  # the length of a descriptor goes on in the next byte
SPACES = ("", "A", "B", "C")  # the profile spaces of HEVC
ESCAPE = 31  # an audio object type that is told in the six bits after it


def codecs(init: bytes) -> str:
    """Return for instance ``avc1.64001f,mp4a.40.2`` or ``av01.0.08M.08,mp4a.40.2``."""
    return ",".join(filter(None, (_picture(init), _sound(init))))


def _picture(init: bytes) -> str:
    for box, worded in ((b"avcC", _avc), (b"hvcC", _hevc), (b"av1C", _av1)):
        if (at := init.find(box)) >= 0:
            return worded(init[at + 4 :])
    return ""


def _avc(record: bytes) -> str:
    return f"avc1.{record[1:4].hex()}"


def _hevc(record: bytes) -> str:
    """Word an HEVCDecoderConfigurationRecord (ISO/IEC 14496-15, annex E.3)."""
    space, tier, profile = record[1] >> 6, record[1] >> 5 & 1, record[1] & 0b11111
    compatible = int(f"{int.from_bytes(record[2:6], 'big'):032b}"[::-1], 2)  # told backwards
    constraints = [f"{byte:X}" for byte in record[6:12].rstrip(b"\0")]
    level = f"{'LH'[tier]}{record[12]}"
    return ".".join(["hvc1", f"{SPACES[space]}{profile}", f"{compatible:X}", level, *constraints])


def _av1(record: bytes) -> str:
    """Word an AV1CodecConfigurationRecord (AV1 in ISO BMFF, section 5): profile, level, depth."""
    profile, level = record[1] >> 5, record[1] & 0b11111
    tier = "MH"[record[2] >> 7]
    is_deep, is_deepest = record[2] >> 6 & 1, record[2] >> 5 & 1
    depth = 12 if is_deep and is_deepest else 10 if is_deep else 8
    return f"av01.{profile}.{level:02d}{tier}.{depth:02d}"


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


def seconds(init: bytes, segment: bytes) -> float:
    """Return how long a segment's picture is shown; its sound is heard, where it has none."""
    kinds, scales, usual = _tracks(init)
    shown: dict[int, list[tuple[int, int]]] = {number: [] for number in kinds}
    number = default = clock = 0
    for name, at, _end in _boxes(segment):
        if name == b"tfhd":
            number = _u32(segment, at + 4)
            default = _default(segment, at) or usual.get(number, 0)
        elif name == b"tfdt":
            clock = int.from_bytes(segment[at + 4 : at + (12 if segment[at] else 8)], "big")
        elif name == b"trun":
            shown[number] += _samples(segment, at, default, clock)
    there = [one for one in sorted(kinds, key=lambda one: kinds[one] != PICTURE) if shown[one]]
    if not there:
        return 0.0
    begins, ends = zip(*shown[there[0]], strict=True)
    return float((max(ends) - min(begins)) / scales[there[0]])


def _tracks(init: bytes) -> tuple[dict[int, bytes], dict[int, int], dict[int, int]]:
    """Return kinds, ticks a second, and usual durations of a sample, by track."""
    kinds: dict[int, bytes] = {}
    scales: dict[int, int] = {}
    usual: dict[int, int] = {}
    number = 0
    for name, at, _end in _boxes(init):
        wide = 8 if init[at] else 0  # version 1 has times of 64 bits
        if name == b"tkhd":
            number = _u32(init, at + 12 + wide)
        elif name == b"mdhd":
            scales[number] = _u32(init, at + 12 + wide)
        elif name == b"hdlr":
            kinds[number] = init[at + 8 : at + 12]
        elif name == b"trex":
            usual[_u32(init, at + 4)] = _u32(init, at + 12)
    return kinds, scales, usual


def _default(segment: bytes, at: int) -> int:
    """Return a fragment's own duration of a sample, or 0."""
    flags = _u32(segment, at)
    before = (8 if flags & 1 else 0) + (4 if flags & 2 else 0)
    return _u32(segment, at + 8 + before) if flags & 8 else 0


def _samples(segment: bytes, at: int, default: int, clock: int) -> Iterator[tuple[int, int]]:
    """Yield from when to when each sample is shown, in ticks; the first is decoded at ``clock``."""
    flags, count = _u32(segment, at), _u32(segment, at + 4)
    fields = [field for field in RUN_FIELDS if flags & field]
    place = at + 8 + (4 if flags & 1 else 0) + (4 if flags & 4 else 0)
    for _ in range(count):
        told = {field: _u32(segment, place + 4 * n) for n, field in enumerate(fields)}
        lasts = told.get(DURATION, default)
        begin = clock + told.get(SHOWN_AFTER, 0)
        yield begin, begin + lasts
        clock += lasts
        place += 4 * len(fields)


def _boxes(data: bytes, begin: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield every box's name, and where its content begins and ends."""
    end = len(data) if end is None else end
    while begin + 8 <= end:
        size, name = _u32(data, begin), data[begin + 4 : begin + 8]
        after = begin + size if size >= 8 else end  # noqa: PLR2004 - a box's own head
        yield name, begin + 8, after
        if name in HOLDERS:
            yield from _boxes(data, begin + 8, after)
        begin = after


def _u32(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")
