"""Real films for journeys: moving pictures and a tone, made by the ffmpeg we ship."""

from __future__ import annotations

import subprocess
from pathlib import Path

from django.conf import settings


def make_clip(target: Path, *, seconds: int, size: str = "640x360", bit_rate: str = "") -> Path:
    """Encode H.264 and AAC with a key frame every two seconds; ``bit_rate`` fattens the file."""
    inputs = [
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds}"),
        *("-f", "lavfi", "-i", f"sine=frequency=220:duration={seconds}"),
    ]
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50"]
    rate = ["-b:v", bit_rate, "-minrate", bit_rate, "-maxrate", bit_rate, "-bufsize", bit_rate]
    hrd = ["-x264-params", "nal-hrd=cbr"]
    fat = [*rate, *hrd] if bit_rate else []
    command = [settings.FFMPEG, "-v", "error", "-y", *inputs, *video, *fat, "-c:a", "aac"]
    subprocess.run([*command, "-movflags", "+faststart", str(target)], check=True)
    return target


def make_still(target: Path, *, size: str = "640x360") -> Path:
    """Draw one frame."""
    frame = ["-f", "lavfi", "-i", f"testsrc2=size={size}:duration=1", "-frames:v", "1"]
    subprocess.run([settings.FFMPEG, "-v", "error", "-y", *frame, str(target)], check=True)
    return target
