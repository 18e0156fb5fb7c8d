"""Films for the benches, made once and kept: a camera's pan over detail, grain, moving things."""

from __future__ import annotations

import subprocess
from pathlib import Path

from plugins.ffmpeg import commands

SECONDS = 12
STILL = ("-f", "lavfi", "-i", "mandelbrot=size=1280x720:start_scale=0.02:maxiter=600")
SOFT = ("-vf", "scale=2560:1440:flags=bicubic,gblur=0.8", "-frames:v", "1", "-pix_fmt", "yuv420p")
PAN = (
    "[0]loop=-1:1:0,setpts=N/30/TB,fps=30,format=yuv420p,"
    "crop=1920:1080:x='320+300*sin(t/3)':y='180+170*cos(t/4)'[ground];"
    "[ground][1]overlay=x='700+600*sin(t)':y='400+300*cos(t*0.7)',noise=c0s=3:c0f=t[film]"
)
THING = ("-f", "lavfi", "-i", "testsrc2=size=480x270:rate=30")
VOICE = ("-f", "lavfi", "-i", "sine=frequency=220:sample_rate=48000")
CAMERA = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "25", "-maxrate", "12M", "-g", "60")
AAC = ("-c:a", "aac", "-b:a", "128k", "-ac", "2")


class Films:
    """The sources, each a path in ``folder``."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder

    def camera(self, seconds: int = SECONDS) -> Path:
        """1080p, 30 frames a second, H.264 and AAC: what most people upload."""
        still = self._made("still.png", *STILL, *SOFT)
        graph = ("-filter_complex", PAN, "-map", "[film]", "-map", "2:a", "-t", str(seconds))
        inputs = ("-i", str(still), *THING, *VOICE)
        name = _named("camera.mp4", seconds)
        return self._made(name, *inputs, *graph, *CAMERA, "-bufsize", "24M", *AAC)

    def short(self) -> Path:
        """Two seconds of it."""
        return self._looped(self.camera(), "short.mp4", 2)

    def looped(self, seconds: int) -> Path:
        """The same film again and again, copied."""
        return self._looped(self.camera(), f"camera-{seconds}.mp4", seconds)

    def foreign(self, seconds: int = SECONDS) -> Path:
        """The same film in a codec that no browser plays."""
        source = ("-i", str(self.camera(seconds)))
        name = _named("foreign.mkv", seconds)
        return self._made(name, *source, "-c:v", "mpeg4", "-q:v", "3", "-c:a", "mp2")

    def lecture(self, seconds: int) -> Path:
        """That one again and again, as even as a camera's: nothing of it can be copied."""
        mute = self._made("mute.mkv", "-i", str(self.foreign()), "-an", "-c", "copy")
        again = ("-stream_loop", "-1", "-i", str(mute), *VOICE, "-t", str(seconds))
        return self._made(f"lecture-{seconds}.mkv", *again, "-c:v", "copy", "-c:a", "mp2")

    def evening(self) -> Path:
        """Three hours of 360p at a low bit rate, copied together."""
        scaled = ("-i", str(self.camera()), "-vf", "scale=640:360", "-c:v", "libx264")
        lean = ("-preset", "veryfast", "-crf", "34", "-g", "120", "-bf", "2", *AAC)
        short = self._made("small.mp4", *scaled, *lean)
        return self._looped(short, "evening.mp4", 3 * 3600)

    def _looped(self, film: Path, name: str, seconds: int) -> Path:
        again = ("-stream_loop", "-1", "-i", str(film), "-t", str(seconds), "-c", "copy")
        return self._made(name, *again, "-movflags", "+faststart")

    def _made(self, name: str, *options: str) -> Path:
        path = self.folder / name
        if not path.exists():
            unfinished = path.with_stem(f"{path.stem}-unfinished")
            command = [commands.binary(), "-nostdin", "-v", "error", "-y", *options]
            subprocess.run([*command, str(unfinished)], check=True, timeout=300)
            unfinished.rename(path)
        return path


def _named(name: str, seconds: int) -> str:
    """The usual length goes without saying."""
    stem, dot, kind = name.partition(".")
    return name if seconds == SECONDS else f"{stem}-of-{seconds}{dot}{kind}"
