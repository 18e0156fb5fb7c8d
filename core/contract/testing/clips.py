"""Small real clips, made once by ffmpeg, and what a probe says of them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core.contract.providers import Probe

SECONDS = 4
WIDTH, HEIGHT, RATE = 640, 360, 25


@dataclass(frozen=True, slots=True)
class Clip:
    """A source file and its probe."""

    path: Path
    probe: Probe


PICTURE = ("-f", "lavfi", "-i", f"testsrc2=size={WIDTH}x{HEIGHT}:rate={RATE}:duration={SECONDS}")
SOUND = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={SECONDS}")
X264 = ("-c:v", "libx264", "-profile:v", "high", "-pix_fmt", "yuv420p", "-g", str(RATE))
X264_SCENES = (*X264, "-sc_threshold", "0", "-preset", "veryfast", "-threads", "2")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-g", str(RATE))
AAC = ("-c:a", "aac", "-ac", "2", "-ar", "48000", "-b:a", "96k")
OPUS = ("-c:a", "libopus", "-ac", "2", "-ar", "48000")


def h264_aac(folder: Path) -> Clip:
    """Make what most people upload: H.264 and AAC in an MP4."""
    path = _made(folder / "film.mp4", *PICTURE, *SOUND, *X264_SCENES, *AAC)
    return _film(path, container="mov,mp4,m4a,3gp,3g2,mj2", video="h264", audio="aac")


def vp9_opus(folder: Path) -> Clip:
    """Make what cannot be copied into HLS as it is."""
    path = _made(folder / "film.webm", *PICTURE, *SOUND, *VP9, *OPUS)
    return _film(path, container="matroska,webm", video="vp9", audio="opus")


def silent(folder: Path) -> Clip:
    """Make a picture without a sound."""
    path = _made(folder / "silent.mp4", *PICTURE, *X264_SCENES)
    return _film(path, container="mov,mp4,m4a,3gp,3g2,mj2", video="h264", audio="")


def sound_only(folder: Path) -> Clip:
    """Make a sound without a picture."""
    path = _made(folder / "sound.m4a", *SOUND, *AAC)
    size = path.stat().st_size
    probe = Probe(
        container="mov,mp4,m4a,3gp,3g2,mj2",
        duration=float(SECONDS),
        size=size,
        audio_codec="aac",
        audio_channels=2,
        audio_rate=48000,
        bit_rate=size * 8 // SECONDS,
    )
    return Clip(path, probe)


def damaged(folder: Path) -> Clip:
    """Make a film whose second half is noise and whose index is gone."""
    whole = vp9_opus(folder)
    path = folder / "damaged.webm"
    path.write_bytes(whole.path.read_bytes()[:600] + b"\xa5" * 60_000)
    return Clip(path, whole.probe)


def _film(path: Path, *, container: str, video: str, audio: str) -> Clip:
    size = path.stat().st_size
    probe = Probe(
        container=container,
        duration=float(SECONDS),
        size=size,
        video_codec=video,
        audio_codec=audio,
        width=WIDTH,
        height=HEIGHT,
        frame_rate=float(RATE),
        pixel_format="yuv420p",
        bit_rate=size * 8 // SECONDS,
        audio_channels=2 if audio else 0,
        audio_rate=48000 if audio else 0,
        profile="High" if video == "h264" else "Profile 0",
        key_frame_interval=1.0,
    )
    return Clip(path, probe)


def _made(path: Path, *arguments: str) -> Path:
    command: Sequence[str] = (
        *(str(settings.FFMPEG), "-nostdin", "-v", "error", "-y"),
        *arguments,
        *("-shortest", str(path)),
    )
    subprocess.run(command, check=True, timeout=120)
    return path
