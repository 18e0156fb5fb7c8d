"""Runs alone inside the sandbox: reads a file nobody trusts and prints what it is, as JSON.

Nothing of the house is imported here. Prints ``{"probe": {...}}`` or ``{"refused": "<code>"}``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Any

import av
import av.filter
import av.logging

MAX_STREAMS = 32
MAX_PIXELS = 8192 * 4320
MAX_SECONDS = 24 * 3600
FIRST_SECONDS = 60  # how far key frames are counted where the file has no index
FIRST_PACKETS = 20_000
SILENCE = -60.0  # LUFS; quieter is noise, and is left alone
SECOND = 1_000_000  # in av.time_base
TAIL = 2.0  # seconds of sound after the picture that nobody misses; core.contract.providers.TAIL
LOOKED_BACK = (10.0, 120.0, 3600.0)  # seconds before the end: where a stream's end is looked for
LISTENED = (0.1, 0.3, 0.5, 0.7, 0.9)  # of the duration: where its loudness is heard …
LISTEN_SECONDS = 8.0  # … for so long each


class Refused(Exception):
    """The file is not taken; the code says why."""


def look(path: str, formats: str) -> dict[str, Any]:
    """Return the fields of ``core.contract.providers.Probe``."""
    options = {
        "format_whitelist": formats,
        "protocol_whitelist": "file",
        "max_streams": str(4 * MAX_STREAMS),
    }
    with av.open(path, container_options=options, metadata_errors="replace") as container:
        if len(container.streams) > MAX_STREAMS:
            raise Refused("streams")
        video = next((one for one in container.streams.video if not _is_cover(one)), None)
        audio = next(iter(container.streams.audio), None)
        if video is None and audio is None:
            raise Refused("nothing")
        found = {"container": container.format.name, "size": os.path.getsize(path)}  # noqa: PTH202
        found["bit_rate"] = int(container.bit_rate or 0)
        if video is not None:
            found |= _video(container, video)
        if audio is not None:
            found |= _audio(audio)
        if video is not None and audio is not None:
            found["sound_delay"] = round(_start(audio) - _start(video), 3)
            found["sound_lack"] = _lack(container, video, audio)
        later = -found.get("sound_lack", 0.0)
        later = later if later > TAIL else 0.0
        found["duration"] = _duration(container, video or audio, later)
        if audio is not None:
            with suppress(av.error.FFmpegError, ValueError):  # nothing hangs on it
                found["loudness"] = _loudness(container, audio, found["duration"])
    return found


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _video(container: Any, stream: Any) -> dict[str, Any]:
    codec = stream.codec_context
    if codec is None:
        raise Refused("codec")
    if codec.width * codec.height > MAX_PIXELS:
        raise Refused("pixels")
    longest = _longest_gap(container, stream)
    container.seek(0)
    frame = _first_frame(container, stream)
    width, height = _as_shown(frame, stream)
    rate = stream.average_rate or stream.guessed_rate or 0
    return {
        "video_codec": codec.name,
        "width": width,
        "height": height,
        "frame_rate": round(float(rate), 3),
        "rotation": -frame.rotation % 360,
        "pixel_format": codec.pix_fmt or frame.format.name,
        "profile": str(codec.profile or ""),
        "key_frame_interval": longest,
        "is_interlaced": bool(frame.interlaced_frame),
        "has_square_pixels": (codec.width, codec.height) in {(width, height), (height, width)},
        "transfer": _transfer(frame),
        "picture_at": _begin(container, stream),
    }


def _begin(container: Any, stream: Any) -> float | None:
    if stream.start_time is None or container.start_time is None:
        return None
    began = float(stream.start_time * stream.time_base)
    return round(began - float(container.start_time) / SECOND, 6)


def _first_frame(container: Any, stream: Any) -> Any:
    for packet in container.demux(stream):
        try:
            for frame in packet.decode():
                if frame.width * frame.height > MAX_PIXELS:
                    raise Refused("pixels")
                return frame
        except av.error.InvalidDataError:
            continue
    raise Refused("undecodable")


def _as_shown(frame: Any, stream: Any) -> tuple[int, int]:
    shape = float(stream.sample_aspect_ratio or 1)
    width = round(frame.width * shape) if 0.1 < shape < 10 else frame.width  # noqa: PLR2004
    upright = frame.rotation % 180 == 0
    return (width, frame.height) if upright else (frame.height, width)


def _transfer(frame: Any) -> str:
    """Name the curves that need tone mapping (ITU-T H.273, table 3)."""
    return {16: "pq", 18: "hlg"}.get(int(frame.color_trc or 0), "")


def _longest_gap(container: Any, stream: Any) -> float:
    """Return the longest way between two key frames, in seconds."""
    times = [one.timestamp for one in stream.index_entries if one.is_keyframe]
    if len(times) < 2 or len(times) == len(stream.index_entries) == 1:  # noqa: PLR2004
        times = _key_frames_at_start(container, stream)
    seconds = [float(time * stream.time_base) for time in times]
    gaps = [later - earlier for earlier, later in pairwise(seconds)]
    return round(max(gaps, default=0.0), 3)


def _key_frames_at_start(container: Any, stream: Any) -> list[int]:
    times: list[int] = []
    first = last = None
    for count, packet in enumerate(container.demux(stream)):
        if packet.pts is None:
            continue
        first = packet.pts if first is None else first
        last = packet.pts
        if packet.is_keyframe:
            times.append(packet.pts)
        if count > FIRST_PACKETS or (last - first) * stream.time_base > FIRST_SECONDS:
            break
    return times if last is None else [*times, last]


def _audio(stream: Any) -> dict[str, Any]:
    codec = stream.codec_context
    if codec is None:
        raise Refused("codec")
    return {
        "audio_codec": codec.name,
        "audio_channels": codec.channels,
        "audio_rate": codec.sample_rate,
    }


def _start(stream: Any) -> float:
    return float((stream.start_time or 0) * stream.time_base)


def _end(stream: Any) -> float:
    return _start(stream) + float(stream.duration * stream.time_base)


def _lack(container: Any, video: Any, audio: Any) -> float:
    """Return how many seconds before the picture the sound ends, as far as can be told."""
    if video.duration and audio.duration:
        return round(_end(video) - _end(audio), 3)
    if not container.duration:
        return 0.0
    whole = float(container.duration) / SECOND  # Matroska knows no more
    picture, sound = (_looked_for(container, one, whole) for one in (video, audio))
    if sound is None:
        return 0.0
    return round((whole if picture is None else picture) - sound, 3)


def _looked_for(container: Any, stream: Any, whole: float) -> float | None:
    """Return where the last packet of a stream ends; None where none is found near the end."""
    for back in LOOKED_BACK:
        with suppress(av.error.FFmpegError):
            container.seek(int(max(whole - back, 0.0) * SECOND))
            ends = [packet.pts + (packet.duration or 0) for packet in _packets(container, stream)]
            if ends:
                return float(max(ends) * stream.time_base)
        if back > whole:
            break
    return None


def _packets(container: Any, stream: Any) -> Iterator[Any]:
    return (packet for packet in container.demux(stream) if packet.pts is not None)


def _loudness(container: Any, stream: Any, seconds: float) -> float | None:
    """Return the integrated loudness (EBU R 128, LUFS) of a few samples; None where none is heard.

    A minute tells within a unit or so what the whole would, and costs a tenth of a second.
    """
    graph = av.filter.Graph()
    source, meter = graph.add_abuffer(template=stream), graph.add("ebur128", "metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    heard = ""
    for begin in [seconds * part for part in LISTENED]:
        container.seek(int(begin * SECOND))
        for frame in _sounds(container, stream):
            graph.push(frame)
            heard = _measured(graph) or heard
    loudness = float(heard or "nan")
    return round(loudness, 2) if SILENCE < loudness < 0 else None


def _sounds(container: Any, stream: Any) -> Iterator[Any]:
    """Yield the frames of one sample; what cannot be decoded is passed over."""
    heard = 0.0
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            heard += frame.samples / max(frame.sample_rate, 1)
            frame.pts = None
            yield frame
        if heard > LISTEN_SECONDS:
            return


def _measured(graph: Any) -> str:
    value = ""
    while True:
        try:
            value = graph.pull().metadata.get("lavfi.r128.I", value)
        except (BlockingIOError, EOFError):
            return value


def _duration(container: Any, stream: Any, later: float) -> float:
    """Return seconds, of the stream where it says so; browsers' recordings say nothing at all.

    A picture that ends before its sound is held until then (``later``).
    """
    known = 0.0
    if stream.duration:
        known = float(stream.duration * stream.time_base) + later
    elif container.duration:
        known = container.duration / SECOND
    seconds = known or _counted(container, stream)
    if seconds <= 0:
        raise Refused("no_duration")
    if seconds > MAX_SECONDS:
        raise Refused("too_long")
    return round(seconds, 3)


def _counted(container: Any, stream: Any) -> float:
    container.seek(0)
    first = last = None
    for packet in container.demux(stream):
        if packet.pts is not None:
            end = packet.pts + (packet.duration or 0)
            first = packet.pts if first is None else min(first, packet.pts)
            last = end if last is None else max(last, end)
    return 0.0 if first is None else float((last - first) * stream.time_base)


def main() -> None:
    """Print the verdict; what goes wrong in the libraries is a verdict too."""
    av.logging.set_level(av.logging.ERROR)
    av.logging.restore_default_callback()
    try:
        verdict: dict[str, Any] = {"probe": look(*sys.argv[1:3])}
    except Refused as refused:
        verdict = {"refused": str(refused)}
    except (av.error.FFmpegError, ValueError, OverflowError) as error:
        verdict = {"refused": "unreadable", "detail": str(error)}
    except MemoryError:
        verdict = {"refused": "memory"}
    sys.stdout.write(json.dumps(verdict) + "\n")


if __name__ == "__main__":
    main()
