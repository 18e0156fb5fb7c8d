"""Judges HLS as strangers would: hls.js reads the playlists, PyAV each segment alone.

A judge returns complaints in words; an honest tree has none.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import av

from config.environment import ROOT

READER = Path(__file__).with_name("playlists.mjs")
HLS_JS = ROOT / "node_modules" / "hls.js" / "dist" / "hls.mjs"
SLACK = 0.05  # seconds that a playlist may be wrong about a segment
HAIR = 0.002  # seconds; clocks of other scales round
# Browsers' Media Source knows no edit lists: what they would move has to stand in the fragments.
PLAIN = {"ignore_editlist": "1"}


@dataclass(frozen=True, slots=True)
class Track:
    """One stream of a segment, in seconds of its own clock."""

    start: float
    end: float
    packets: int
    frames: int  # that come out of a new decoder
    begins_with_key: bool
    decoded: float  # when the first is

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment: what the playlist says of it, and what is in it."""

    name: str
    said: float
    tracks: Mapping[str, Track]

    @property
    def main(self) -> Track:
        return self.tracks.get("video") or self.tracks["audio"]


def read(master: str, trees: Mapping[str, Path]) -> dict[str, Any]:
    """Return what hls.js makes of a master and its media playlists."""
    media = {name: (tree / "index.m3u8").read_text() for name, tree in trees.items()}
    command = [str(Path(sys.executable).with_name("node")), str(READER), HLS_JS.as_uri()]
    asked = json.dumps({"master": master, "media": media})
    done = subprocess.run(
        command, input=asked, capture_output=True, text=True, check=True, timeout=60
    )
    return json.loads(done.stdout)


def complaints(master: str, trees: Mapping[str, Path], *, grows: bool = False) -> list[str]:
    """Return everything that is wrong with a tree of streams; ``grows`` while it is being made."""
    found = read(master, trees)
    pieces = {name: list(_pieces(trees[name], told)) for name, told in found["media"].items()}
    said = list(_of_master(found["master"], pieces))
    for name, told in found["media"].items():
        said += [f"{name}: {one}" for one in _of_playlist(told, pieces[name], grows=grows)]
        said += [f"{name}: {one}" for one in _of_segments(pieces[name])]
    return said + list(_of_rungs(pieces))


def _pieces(tree: Path, told: Mapping[str, Any]) -> Iterator[Piece]:
    for url, seconds, init in told["segments"]:
        parts = [(tree / address.rpartition("/")[2]).read_bytes() for address in (init, url)]
        yield Piece(url.rpartition("/")[2], seconds, tracks_of(b"".join(parts)))


def tracks_of(data: bytes) -> dict[str, Track]:
    with av.open(BytesIO(data), options=PLAIN) as container:
        kinds = {stream.index: stream.type for stream in container.streams}
        packets = [one for one in container.demux() if one.pts is not None]
    with av.open(BytesIO(data), options=PLAIN) as container:
        frames = list(_decoded(container))
    return {
        kinds[index]: _track(
            [one for one in packets if one.stream_index == index],
            [one for one in frames if isinstance(one, av.VideoFrame) == (kinds[index] == "video")],
        )
        for index in {one.stream_index for one in packets}
    }


def _decoded(container: Any) -> Iterator[Any]:
    for packet in container.demux():
        with suppress(av.error.InvalidDataError):
            yield from packet.decode()


def _track(packets: Sequence[Any], frames: Sequence[Any]) -> Track:
    tick = float(packets[0].time_base)
    return Track(
        start=min(one.pts for one in packets) * tick,
        end=max(one.pts + one.duration for one in packets) * tick,
        packets=len(packets),
        frames=len(frames),
        begins_with_key=packets[0].is_keyframe
        and all(getattr(frame, "key_frame", True) for frame in frames[:1]),
        decoded=min(one.dts for one in packets) * tick,
    )


def _of_master(told: Mapping[str, Any], pieces: Mapping[str, Sequence[Piece]]) -> Iterator[str]:
    if told["error"]:
        yield f"master: {told['error']}"
    listed = {level["url"].split("/")[-2]: level for level in told["levels"]}
    if set(listed) - set(pieces):
        yield f"master: names {sorted(set(listed) - set(pieces))}, which nobody made"
    for name, level in listed.items():
        kinds = set(pieces[name][0].tracks)
        video, audio, *unknown = level["codecs"]
        if unknown or (bool(video), bool(audio)) != ("video" in kinds, "audio" in kinds):
            yield f"master: {name} has the codecs {level['codecs']}, its segments {sorted(kinds)}"
        if ("video" in kinds) != all(level["size"]):
            yield f"master: {name} has the size {level['size']}"


def _of_playlist(told: Mapping[str, Any], pieces: Sequence[Piece], *, grows: bool) -> Iterator[str]:
    if told["error"]:
        yield told["error"]
    if (told["kind"], told["isLive"]) != (("EVENT", True) if grows else ("VOD", False)):
        yield f"it is {told['kind']} and {'has no' if told['isLive'] else 'has an'} end"
    longest = max(piece.said for piece in pieces)
    if told["target"] < round(longest):  # RFC 8216, 4.3.3.1
        yield f"a target of {told['target']} s, and a segment of {longest:.3f} s"
    for piece in pieces:
        if abs(piece.said - piece.main.seconds) > SLACK:
            yield f"{piece.name} plays {piece.main.seconds:.3f} s, not {piece.said:.3f} s"


def _of_segments(pieces: Sequence[Piece]) -> Iterator[str]:
    for piece in pieces:
        for kind in pieces[0].tracks.keys() - piece.tracks.keys():
            yield f"{piece.name} has no {kind}"
        for kind, track in piece.tracks.items():
            if not track.begins_with_key:
                yield f"{piece.name} begins without a key frame"
            if track.decoded < 0:  # a fragment's clock has no sign
                yield f"{piece.name}: its {kind} is decoded at {track.decoded:.3f} s"
            if track.frames != track.packets:
                yield f"{piece.name} alone: {track.frames} of {track.packets} {kind} frames"
    for before, after in pairwise(pieces):
        for kind in before.tracks.keys() & after.tracks.keys():
            gap = after.tracks[kind].start - before.tracks[kind].end
            if abs(gap) > HAIR:
                yield f"{kind} of {after.name} begins {gap:+.3f} s after the one before has ended"


def _of_rungs(pieces: Mapping[str, Sequence[Piece]]) -> Iterator[str]:
    """Pictures switch at the same moments, and the sound alone keeps their time."""
    shown = {name: some for name, some in pieces.items() if "video" in some[0].tracks}
    for (first, ours), (second, theirs) in pairwise(sorted(shown.items())):
        if len(ours) != len(theirs):
            yield f"{first} has {len(ours)} segments, {second} {len(theirs)}"
        for one, other in zip(ours, theirs, strict=False):
            off = one.main.start - other.main.start
            if abs(off) > max(_frame(ours), _frame(theirs)) + HAIR:
                yield f"{one.name} of {first} begins {off:+.3f} s after that of {second}"
    starts = {round(some[0].tracks["audio"].start, 1) for some in pieces.values() if _heard(some)}
    if len(starts) > 1:
        yield f"sound begins at {sorted(starts)}"


def _frame(pieces: Iterable[Piece]) -> float:
    """Return how long a picture usually stands."""
    steps = sorted(piece.main.seconds / piece.main.packets for piece in pieces)
    return steps[len(steps) // 2]


def _heard(pieces: Sequence[Piece]) -> bool:
    return "audio" in pieces[0].tracks
