"""How two well-known video sites call ffmpeg: one process a rung, from the source each time.

PeerTube's settings are in packages/ffmpeg (ffmpeg-default-transcoding-profile.ts, ffmpeg-vod.ts,
shared/) and packages/core-utils (videos/bitrate.ts) of its repository, MediaCMS's in
files/helpers.py and fixtures/encoding_profiles.json of its own (commit 90b9fad), as of 2026.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from core.contract.providers import Probe
from plugins.ffmpeg.ladder import Rung, plan

FILM = "film.mp4"
PEERTUBE_KEY_FRAMES = 2  # seconds
PEERTUBE_BITS = {1080: 0.10, 720: 0.11, 480: 0.12, 360: 0.15, 240: 0.17, 144: 0.19}  # a pixel
MEDIACMS_KEY_FRAMES = 4  # seconds
# kbit/s up to 30 frames a second: the six rungs that are on when it is installed
MEDIACMS_RATES = {1080: 4500, 720: 2500, 480: 1000, 360: 500, 240: 300, 144: 150}
MEDIACMS_MORE = 1.5  # of the rate: the cap and the buffer

Way = Sequence[tuple[int, Callable[[Path], list[str]]]]  # output options by folder, best rung first


def peertube(found: Probe) -> Way:
    """Our own rungs, so that method is compared with method; it leaves the choice to its operator.

    It gives a job one thread where nobody says otherwise; here it may use every core.
    """
    rungs = plan(found).rungs
    tops = [rung for rung in rungs if min(rung.width, rung.height) == found.height]
    whole = rungs if tops else (Rung("", found.width, found.height, 0), *rungs)
    return [(rung.height, _peertube(rung, found)) for rung in whole]


def _peertube(rung: Rung, found: Probe) -> Callable[[Path], list[str]]:
    fps = round(found.frame_rate)
    bits = PEERTUBE_BITS[min(PEERTUBE_BITS, key=lambda side: abs(side - rung.height))]
    rate = round(min(rung.width * rung.height * fps * bits, found.bit_rate * 1.3))
    sound = ["copy"] if found.audio_codec == "aac" else ["aac", "-channel_layout", "stereo"]
    return lambda folder: [
        *("-max_muxing_queue_size", "1024", "-map_metadata", "-1", "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-vf", f"scale=w=-2:h={rung.height}", "-preset", "veryfast"),
        *("-maxrate:v", str(rate), "-bufsize:v", str(2 * rate), "-b_strategy", "1", "-bf", "16"),
        *("-r", str(fps), "-g:v", str(fps * PEERTUBE_KEY_FRAMES), "-c:a", *sound),
        *("-hls_time", "4", "-hls_list_size", "0", "-hls_playlist_type", "vod", "-f", "hls"),
        *("-hls_segment_type", "fmp4", "-hls_flags", "single_file"),
        *("-hls_segment_filename", str(folder / FILM), str(folder / "index.m3u8")),
    ]


def mediacms(found: Probe) -> Way:
    """Six rungs from 144p to 1080p, preset medium, Lanczos, CRF 23 under a cap."""
    sides = [side for side in MEDIACMS_RATES if side <= found.height]
    return [(side, _mediacms(side, found)) for side in sides]


def _mediacms(side: int, found: Probe) -> Callable[[Path], list[str]]:
    cap, fps = f"{round(MEDIACMS_RATES[side] * MEDIACMS_MORE)}k", round(found.frame_rate)
    shape = f"{round(side * 16 / 9)}:{side}:force_original_aspect_ratio=decrease"
    every, least = 2 * fps * MEDIACMS_KEY_FRAMES, fps * MEDIACMS_KEY_FRAMES
    return lambda folder: [
        *("-c:v", "libx264", "-pix_fmt", "yuv420p", "-crf", "23"),
        *("-filter:v", f"scale={shape}:force_divisible_by=2:flags=lanczos,fps=fps={fps}"),
        *("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-maxrate", cap, "-bufsize", cap),
        *("-force_key_frames", f"expr:gte(t,n_forced*{MEDIACMS_KEY_FRAMES})"),
        *("-x264-params", f"keyint={every}:keyint_min={least}", "-preset", "medium"),
        *("-profile:v", "main", "-level", "4.2", "-strict", "-2", str(folder / FILM)),
    ]
