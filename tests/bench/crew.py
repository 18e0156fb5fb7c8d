"""Films through the real workers of the bench's copy, timed from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from wagtail.models import Site

from core.jobs.models import Job
from core.media import services
from core.media.models import Asset, Stage
from core.members.models import Member
from core.storage.services import sweep_doomed
from tests.waiting import until

from . import cpu
from .copy import Copy

EDITOR = "editor@bench.example"
MEDIA = ("playable", "media")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What one film's preparation took, in seconds; ``outside`` is what was not a program's."""

    playable: float
    whole: float
    outside: float
    stages: Mapping[str, tuple[float, float]]  # wall and CPU seconds by stage


class Crew:
    """Worker, media worker and scheduler as an operator runs them."""

    def __init__(self, copy: Copy) -> None:
        self.copy = copy
        if not copy.others:
            copy.start_workers()

    @property
    def pids(self) -> list[int]:
        """The workers that prepare: one until a film plays, one for the rest."""
        found = [child.process for child in self.copy.others if child.name in MEDIA]
        return [process.pid for process in found if process is not None]

    def playable(self, film: Path) -> tuple[float, float]:
        """Bring a film in, wait until it plays, and let it go; wall and CPU from its last byte."""
        before = cpu.seconds_of(*self.pids)
        asset = ingested(film)

        def plays() -> bool:
            asset.refresh_from_db()
            return asset.is_playable

        until(plays)
        spent = cpu.seconds_of(*self.pids) - before
        job = _job_of(asset)
        services.delete(asset)
        sweep_doomed()
        assert asset.playable_at
        return (asset.playable_at - job.created_at).total_seconds(), spent

    def prepare(self, film: Path, look: Callable[[Asset], None] | None = None) -> Prepared:
        """Bring a film in, wait until it is ready, and let it go."""
        asset = ingested(film)

        def is_ready() -> bool:
            asset.refresh_from_db()
            if look is not None:
                look(asset)
            return asset.status in (Asset.Status.READY, Asset.Status.FAILED)

        until(is_ready, seconds=900)
        assert asset.status == Asset.Status.READY, asset.error
        job = _job_of(asset)
        assert job.started_at
        assert job.finished_at
        assert asset.playable_at
        whole = (job.finished_at - job.started_at).total_seconds()
        prepared = Prepared(
            playable=(asset.playable_at - job.created_at).total_seconds(),
            whole=whole,
            outside=whole - job.result["programs_seconds"],
            stages={
                row.name: (_wall(row), row.cpu_seconds)
                for row in asset.stages.filter(is_late=False).exclude(started_at=None)
            },
        )
        services.delete(asset)
        sweep_doomed()
        return prepared


def ingested(film: Path) -> Asset:
    member = Member.objects.filter(email=EDITOR).first() or Member.objects.create_superuser(EDITOR)
    site = Site.objects.get(is_default_site=True)
    return services.ingest(site=site, member=member, path=film, title=f"Bench {film.stem}")


def _job_of(asset: Asset) -> Job:
    return Job.objects.get(kind="media.prepare", subject=f"asset:{asset.pk}")


def _wall(stage: Stage) -> float:
    assert stage.started_at
    assert stage.finished_at
    return (stage.finished_at - stage.started_at).total_seconds()
