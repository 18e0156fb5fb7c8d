"""Minutes of work for an hour of 1080p, by the profile an operator may choose."""

from __future__ import annotations

import time
from collections.abc import Iterator

from core.contract.services import save_settings
from plugins.ffmpeg.profiles import PROFILES
from tests.waiting import until

from .copy import Copy
from .crew import Crew, Prepared
from .figures import Figure
from .films import Films

# What is done once a film weighs more in a short one than in an hour.
SECONDS = {"copy": 300, "fast": 300, "balanced": 30, "archive": 30}
FOLLOWS = 3.0  # seconds; within two every process follows a change of settings
GOALS = {("copy", "copied"): 5.0}  # minutes for an hour, on two cores


def run(copy: Copy) -> list[Figure]:
    films, crew = Films(copy.folder / "films"), Crew(copy)
    crew.prepare(films.short())  # whoever comes first pays for starting the worker
    figures: list[Figure] = []
    for profile in PROFILES:
        _choose(profile)
        sources = {"copied": films.camera, "encoded": films.foreign}
        for name, of in sources.items():
            figures += _figures(profile, name, crew.prepare(of(SECONDS[profile])))
    _choose("balanced")
    return figures


def _choose(profile: str) -> None:
    """Save it, and let the workers hear of it."""
    save_settings(plugin="ffmpeg", values={"profile": profile})
    heard = time.monotonic() + FOLLOWS
    until(lambda: time.monotonic() > heard)


def _figures(profile: str, name: str, prepared: Prepared) -> Iterator[Figure]:
    hours = SECONDS[profile] / 3600
    cpu = sum(used for _wall, used in prepared.stages.values())
    minutes = prepared.whole / 60 / hours
    told = f"{cpu / 60 / hours:.1f} min of CPU; plays after {prepared.playable:.1f} s"
    goal = GOALS.get((profile, name))
    yield Figure(f"an hour, {profile}, {name}", minutes, "min", most=goal, note=told)
