"""Beside two well-known video sites: their ways of calling ffmpeg, and ours, on the same film."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.media.models import Asset
from core.storage.services import place
from plugins.ffmpeg.downloads import join
from workers.media.probe import probe

from . import ways
from .copy import Copy
from .crew import Crew
from .figures import Figure
from .films import Films
from .pipeline import timed
from .quality import vmaf

SECONDS = 30
AS_GOOD = -1.0  # VMAF, ours less theirs, at the top rung


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of wall and CPU, and the file of the top rung; ``whole`` is all of a preparation."""

    wall: float
    cpu: float
    top: Path
    whole: float = 0.0

    @property
    def weight(self) -> str:
        return f"top rung {8 * self.top.stat().st_size / SECONDS / 1e6:.1f} Mbit/s"


def run(copy: Copy) -> list[Figure]:
    films, crew = Films(copy.folder / "films"), Crew(copy)
    crew.prepare(films.short())  # whoever comes first pays for starting the worker
    sources = {"copied": films.camera(SECONDS), "encoded": films.foreign(SECONDS)}
    return [
        figure
        for name, film in sources.items()
        for figure in _compared(name, film, crew, copy.folder / "peers" / name)
    ]


def _compared(name: str, film: Path, crew: Crew, folder: Path) -> Iterator[Figure]:
    ours, found = _ours(film, crew, folder / "ours"), probe(film)
    peers = {
        "PeerTube": (_theirs(film, folder / "peertube", ways.peertube(found)), 2.0),
        "MediaCMS": (_theirs(film, folder / "mediacms", ways.mediacms(found)), 5.0),
    }
    spent = f"ours {ours.wall:.1f} s, {ours.cpu:.1f} s of CPU; whole {ours.whole:.1f} s"
    for peer, (theirs, goal) in peers.items():
        ratio, cpu = theirs.wall / ours.wall, theirs.cpu / ours.cpu
        yield Figure(f"{name}: {peer}'s way / ours, time", ratio, "×", least=goal, note=spent)
        yield Figure(f"{name}: … CPU", cpu, "×", note=f"theirs {theirs.wall:.1f} s of wall")
    mine = vmaf(ours.top, film)
    yield Figure(f"{name}: our top rung", mine, "VMAF", note=ours.weight)
    for peer, (theirs, _goal) in peers.items():
        better = mine - vmaf(theirs.top, film)
        label = f"{name}: … above {peer}'s"
        yield Figure(label, better, "VMAF", least=AS_GOOD, note=theirs.weight)


def _ours(film: Path, crew: Crew, folder: Path) -> Spent:
    """Prepare like any upload; what is compared is what streams: the copy and the ladder."""
    folder.mkdir(parents=True, exist_ok=True)
    top = folder / ways.FILM

    def keep(asset: Asset) -> None:
        if asset.status == Asset.Status.READY:
            best = asset.renditions.filter(kind="hls").order_by("height", "bit_rate").last()
            assert best is not None
            assert best.object is not None
            shelf = place(best.object).local_path(f"{best.object.key}/index.m3u8")
            assert shelf is not None
            join(shelf.parent, top)

    prepared = crew.prepare(film, keep)
    streams = [prepared.stages[name] for name in ("first", "ladder") if name in prepared.stages]
    wall, cpu = map(sum, zip(*streams, strict=True))
    return Spent(wall, cpu, top, prepared.whole)


def _theirs(film: Path, folder: Path, way: ways.Way) -> Spent:
    """Run one process a rung, one after the other, each with every core it likes.

    Pictures, sprites and MediaCMS's repackaging for HLS are not counted.
    """
    wall = cpu = 0.0
    for side, options in way:
        own = folder / str(side)
        own.mkdir(parents=True, exist_ok=True)
        seconds, used = timed(["-i", str(film), *options(own)])
        wall, cpu = wall + seconds, cpu + used
    return Spent(wall, cpu, folder / str(way[0][0]) / ways.FILM)
