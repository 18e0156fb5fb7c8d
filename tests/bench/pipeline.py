"""From the last byte to a playable film, and the ladder beside hand-written ffmpeg."""

from __future__ import annotations

import os
import resource
import subprocess
from pathlib import Path
from time import perf_counter

from plugins.ffmpeg import commands
from plugins.ffmpeg.ladder import Rung, plan
from plugins.ffmpeg.profiles import BALANCED
from workers.media.probe import probe

from .copy import Copy
from .crew import Crew
from .figures import Figure
from .films import SECONDS, Films


def run(copy: Copy) -> list[Figure]:
    films, crew = Films(copy.folder / "films"), Crew(copy)
    crew.prepare(films.short())  # whoever comes first pays for starting the worker
    soon = [crew.playable(film) for film in (films.looped(60), films.looped(720), films.foreign())]
    (short, short_cpu), (long, long_cpu), (strange, strange_cpu) = soon
    minute = crew.prepare(films.looped(60))
    foreign = crew.prepare(films.foreign())
    seconds, cpu = _by_hand(films.foreign(), copy.folder / "hand")
    wall, own = foreign.stages["ladder"]
    load = f"other work waiting for 2 cores: {os.getloadavg()[0]:.0f}"
    return [
        Figure("first playable, H.264/AAC of 1 min", short, "s", most=1, note=load),
        Figure("… its CPU", short_cpu, "s", most=1),
        Figure("first playable, H.264/AAC of 12 min", long, "s", most=1),
        Figure("… its CPU", long_cpu, "s", most=1),
        Figure("first playable, must be encoded", strange, "s", most=5),
        Figure("… its CPU", strange_cpu, "s", most=5),
        Figure("ladder / one-decode by hand, CPU", own / cpu, "×", most=1.1),
        Figure("ladder / one-decode by hand, time", wall / seconds, "×"),
        Figure("pipeline outside its programs", minute.outside, "s", most=1),
        Figure("pipeline outside its programs, encoded", foreign.outside, "s", most=1),
        Figure("minutes for an hour, copied", minute.whole, "min", note="of 1080p, whole"),
        Figure("minutes for an hour, encoded", foreign.whole * 60 / SECONDS, "min"),
    ]


def _by_hand(film: Path, folder: Path) -> tuple[float, float]:
    """One decode, the same rungs, the same preset: what anybody would type; wall and CPU."""
    rungs = plan(probe(film)).rungs
    graph = [f"[0:v]split={len(rungs)}" + "".join(f"[s{n}]" for n in range(len(rungs)))]
    outputs: list[str] = []
    for number, rung in enumerate(rungs):
        graph.append(f"[s{number}]scale={rung.width}:{rung.height}[v{number}]")
        outputs += ["-map", f"[v{number}]", "-map", "0:a", *_typed(rung, folder)]
    return timed(["-i", str(film), "-filter_complex", ";".join(graph), *outputs])


def timed(words: list[str]) -> tuple[float, float]:
    """Run ffmpeg; return seconds of wall and CPU."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    command = [commands.binary(), "-nostdin", "-v", "error", "-y", *words]
    subprocess.run(command, check=True, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return perf_counter() - begin, cpu


def _typed(rung: Rung, folder: Path) -> list[str]:
    own = folder / rung.name
    own.mkdir(parents=True, exist_ok=True)
    return [
        *("-c:v", "libx264", "-preset", BALANCED.preset, "-crf", str(BALANCED.crf)),
        *("-maxrate", str(rung.cap), "-bufsize", str(2 * rung.cap)),
        *("-force_key_frames", "expr:gte(t,n_forced*4)", "-sc_threshold", "0"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", commands.AUDIO_BITS, "-ac", "2"),
        *("-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod"),
        *("-hls_segment_type", "fmp4", str(own / "index.m3u8")),
    ]
