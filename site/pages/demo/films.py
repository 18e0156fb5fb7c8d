"""Makes the demo's films: slides, a spoken narration, and a thin line that shows the time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from core.contract.testing import voice
from core.contract.testing.voice import Speech
from core.jobs import sandbox

from . import pictures

SILENT_SECONDS = 24.0
FPS = 15  # slides need no more, and a first start is shorter for it
TAIL = 1.2  # seconds of silence after the last word
DELAY = 0.4  # seconds of silence before the first, in a film
SILENCE = Speech(SILENT_SECONDS, ())


@dataclass(frozen=True, slots=True)
class Script:
    """What a film says and shows; hue and seed choose its colours and folds."""

    kicker: str
    title: str
    points: tuple[str, ...]
    narration: str
    hue: float
    seed: int
    chapters: tuple[tuple[str, str], ...] = ()  # a title, and the words it begins with


@dataclass(frozen=True, slots=True)
class Film:
    """A rendered script, and from when to when each of its words is heard."""

    path: Path
    words: tuple[tuple[float, float, str], ...]


def film(script: Script, folder: Path) -> Film:
    """Render a script as 720p H.264/AAC (FPS frames a second, a key frame every two seconds)."""
    sound, speech = _sound(script, folder)
    seconds = speech.seconds + TAIL
    slides = [
        pictures.slide(
            folder / f"slide-{n}.png",
            kicker=script.kicker,
            title=script.title,
            points=list(script.points[:n]),
            hue=script.hue,
            seed=script.seed,
        )
        for n in range(len(script.points) + 1)
    ]
    out = folder / "film.mp4"
    sandbox.run(
        _film_command(slides, sound, seconds, script.hue, out), reads=[folder], writes=folder
    )
    words = ((start + DELAY, end + DELAY, word) for start, end, word in speech.words)
    return Film(out, tuple(words))


def sound_only(script: Script, folder: Path) -> Film:
    """Speak a script as an audio episode (AAC in MP4)."""
    sound, speech = _sound(script, folder)
    out = folder / "episode.m4a"
    source = ["-i", str(sound)] if sound else ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono"]
    command = [settings.FFMPEG, "-nostdin", "-v", "error", *source, "-t"]
    command += [f"{speech.seconds + TAIL:.2f}"]
    command += ["-af", "apad,loudnorm=I=-16:TP=-1.5", "-c:a", "aac", "-b:a", "96k", str(out)]
    sandbox.run(command, reads=[folder], writes=folder)
    return Film(out, speech.words)


def _sound(script: Script, folder: Path) -> tuple[Path | None, Speech]:
    wav = folder / "voice.wav"
    try:
        return wav, voice.speak(script.narration, wav)
    except voice.VoiceMissing:
        return None, SILENCE


def _film_command(
    slides: list[Path], sound: Path | None, seconds: float, hue: float, out: Path
) -> list[str]:
    each = seconds / len(slides)
    command = [str(settings.FFMPEG), "-nostdin", "-v", "error"]
    for slide in slides:
        command += ["-loop", "1", "-framerate", str(FPS), "-t", f"{each:.3f}", "-i", str(slide)]
    command += ["-i", str(sound)] if sound else ["-f", "lavfi", "-i", "anullsrc=r=44100:cl=mono"]
    red, green, blue = pictures.oklch(0.80, 0.12, hue)
    n = len(slides)
    graph = (
        "".join(f"[{i}:v]" for i in range(n))
        + f"concat=n={n}:v=1,format=yuv420p[s];"
        + f"color=c=0x{red:02x}{green:02x}{blue:02x}:s=1280x6:r={FPS}:d={seconds:.3f}[bar];"
        + f"[s][bar]overlay=x='-w+w*t/{seconds:.3f}':y=H-6:shortest=1[v];"
        + f"[{n}:a]adelay={DELAY * 1000:.0f},apad,loudnorm=I=-16:TP=-1.5,aresample=48000[a]"
    )
    command += ["-filter_complex", graph, "-map", "[v]", "-map", "[a]", "-t", f"{seconds:.3f}"]
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", "-crf", "22"]
    command += [
        "-g",
        str(2 * FPS),
        "-keyint_min",
        str(2 * FPS),
        "-sc_threshold",
        "0",
        "-c:a",
        "aac",
        "-ac",
        "2",
    ]
    return [*command, "-b:a", "96k", "-movflags", "+faststart", str(out)]
