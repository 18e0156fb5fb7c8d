"""From the last byte to a playable film, and the whole preparation beside hand-written ffmpeg."""

from __future__ import annotations

import subprocess
from pathlib import Path
from time import perf_counter

from wagtail.models import Site

from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.media.models import Asset
from core.members.models import Member
from core.storage.services import sweep_doomed
from plugins.ffmpeg import commands
from plugins.ffmpeg.ladder import Rung, plan
from workers.media.probe import probe

from .copy import Copy
from .figures import Figure

SECONDS = 30
LONG = 40  # so many times the clip, for the film of any length
X264 = ("-c:v", "libx264", "-preset", "superfast", "-g", "60", "-pix_fmt", "yuv420p")
PICTURE = ("-f", "lavfi", "-i", f"mandelbrot=size=1920x1080:rate=30,trim=duration={SECONDS}")
SOUND = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}")

EDITOR = "editor@bench.example"


def run(copy: Copy) -> list[Figure]:
    folder = copy.folder / "pipeline"
    folder.mkdir(exist_ok=True)
    film = _made(folder / "film.mp4", *PICTURE, *SOUND, *X264, "-c:a", "aac", "-ac", "2")
    loop = ("-stream_loop", str(LONG - 1), "-i", str(film), "-c", "copy")
    long = _made(folder / "long.mp4", *loop, "-movflags", "+faststart")
    foreign = _made(folder / "foreign.mkv", *PICTURE, *SOUND, "-c:v", "mpeg4", "-q:v", "4")
    hand = _by_hand(foreign, folder / "hand")
    short_wait, _short = _prepared(film)
    long_wait, _long = _prepared(long, until_playable=True)
    foreign_wait, whole = _prepared(foreign)
    return [
        Figure("first playable, H.264/AAC of 30 s", short_wait, "s", most=1),
        Figure(f"first playable, H.264/AAC of {SECONDS * LONG // 60} min", long_wait, "s", most=1),
        Figure("first playable, must be encoded", foreign_wait, "s", most=5),
        Figure("one-decode ladder by hand", hand, "s"),
        Figure("whole preparation / ladder by hand", whole / hand, "×", most=1.1),
        Figure("preparation outside the ladder", whole - hand, "s", most=1),
    ]


def _made(path: Path, *options: str) -> Path:
    if not path.exists():
        command = [commands.binary(), "-nostdin", "-v", "error", *options, str(path)]
        subprocess.run(command, check=True, timeout=600)
    return path


def _by_hand(film: Path, folder: Path) -> float:
    """One decode, the same rungs, the same preset: what anybody would type."""
    rungs = plan(probe(film)).rungs
    graph = [f"[0:v]split={len(rungs)}" + "".join(f"[s{n}]" for n in range(len(rungs)))]
    outputs: list[str] = []
    for number, rung in enumerate(rungs):
        graph.append(f"[s{number}]scale={rung.width}:{rung.height}[v{number}]")
        outputs += ["-map", f"[v{number}]", "-map", "0:a", *_typed(rung, folder)]
    command = [commands.binary(), "-nostdin", "-v", "error", "-y", "-i", str(film)]
    begin = perf_counter()
    subprocess.run(
        [*command, "-filter_complex", ";".join(graph), *outputs], check=True, timeout=900
    )
    return perf_counter() - begin


def _typed(rung: Rung, folder: Path) -> list[str]:
    own = folder / rung.name
    own.mkdir(parents=True, exist_ok=True)
    return [
        *("-c:v", "libx264", "-preset", commands.PRESET, "-crf", str(commands.CRF)),
        *("-maxrate", str(rung.cap), "-bufsize", str(2 * rung.cap)),
        *("-force_key_frames", "expr:gte(t,n_forced*4)", "-sc_threshold", "0"),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", commands.AUDIO_BITS, "-ac", "2"),
        *("-f", "hls", "-hls_time", "4", "-hls_playlist_type", "vod"),
        *("-hls_segment_type", "fmp4", str(own / "index.m3u8")),
    ]


def _prepared(film: Path, *, until_playable: bool = False) -> tuple[float, float]:
    """Bring a film in and prepare it here; seconds to the first playable, and to the end."""
    member = Member.objects.filter(email=EDITOR).first() or Member.objects.create_superuser(EDITOR)
    site = Site.objects.get(is_default_site=True)
    asset = services.ingest(site=site, member=member, path=film, title="Bench")
    job = Job.objects.get(subject=f"asset:{asset.pk}")
    created = job.created_at
    begin = perf_counter()
    run_now(job)
    seconds = perf_counter() - begin
    asset.refresh_from_db()
    assert asset.status == Asset.Status.READY or until_playable, asset.error
    wait = (asset.playable_at - created).total_seconds()
    services.delete(asset)
    sweep_doomed()
    return wait, seconds
