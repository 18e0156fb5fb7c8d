"""Damaged clips come to an end: ready or failed, nothing stuck, nothing left over."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.timezone import now
from wagtail.models import Site

from core.jobs.claims import work_folder
from core.jobs.models import Job
from core.media import services
from core.media.models import Asset
from core.members.models import Member
from core.storage.models import StoredObject
from core.storage.services import sweep_doomed
from tests.drills.crew import PAUSE, TOLD, programs_in
from tests.workers.conftest import AAC, H264, make, picture, sound

MANY = int(os.environ.get("MUTANTS", "5000"))
SEED = int(os.environ.get("SEED", "7"))
LONGEST = 60.0  # seconds, of one
FEW = 8  # in the short form
AT_ONCE = 3  # that a worker has in hand; more wait, so that it never does
WAITING = 24
TELLS = 500  # clips between two lines of a long run
SMALL = (*picture("64x64", 1, rate=10), *sound(1))
PARENTS = {
    "a.mp4": (*H264, *AAC),
    "b.mkv": (*H264, *AAC),
    "c.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "d.ts": (*H264, *AAC),
    "e.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
}
ENDS = (Asset.Status.READY, Asset.Status.FAILED)


@pytest.fixture
def parents(tmp_path):
    return [make(tmp_path / name, *SMALL, *codecs) for name, codecs in PARENTS.items()]


def test_every_damaged_clip_comes_to_an_end(parents, prepare, tmp_path):
    for name, content in mutants(parents, FEW, random.Random(SEED)):
        path = tmp_path / name
        path.write_bytes(content)
        begin = time.monotonic()
        asset = prepare(path)
        assert time.monotonic() - begin < LONGEST
        judge(asset)
        path.unlink()
        forget(asset)
    assert leftovers() == []


@pytest.mark.drill
def test_thousands_of_damaged_clips_come_to_an_end(parents, staff, tmp_path, capsys):
    """In a real worker, several at a time, from the last byte to the verdict."""
    member = Member.objects.create_superuser("drill@lectern.example", "x")
    bring = partial(services.ingest, site=Site.objects.get(is_default_site=True), member=member)
    staff.env["PLUGINS_OFF"] = "offline_speech"  # nobody speaks in a clip of a second
    staff.start(at_once=AT_ONCE)
    ends, slowest, waiting = Counter(), timedelta(0), {}
    clips = mutants(parents, MANY, random.Random(SEED))
    while ends.total() < MANY:
        for name, content in islice(clips, WAITING - len(waiting)):
            path = tmp_path / name
            path.write_bytes(content)
            waiting[bring(path=path, title=name).pk] = now()
        for asset in ended(waiting):
            slowest = max(slowest, now() - waiting.pop(asset.pk))
            judge(asset)
            forget(asset)
            ends[str(asset.status)] += 1
            if ends.total() % TELLS == 0:
                tell(capsys, ends, slowest)
        late = [pk for pk, begun in waiting.items() if (now() - begun).total_seconds() > LONGEST]
        assert not late, stands(late)
        PAUSE.wait(0.1)
    tell(capsys, ends, slowest)
    staff.until(
        lambda: not Job.objects.filter(state=Job.State.RUNNING).exists(), "the worker rests"
    )
    staff.stop()
    assert leftovers() == []


def ended(waiting: Collection[Any]) -> Iterator[Asset]:
    """Assets with a verdict whose job has let go of them too."""
    for asset in Asset.objects.filter(pk__in=waiting, status__in=ENDS):
        jobs = Job.objects.filter(kind="media.prepare", subject=f"asset:{asset.pk}")
        if not jobs.filter(state__in=Job.ACTIVE).exists():
            yield asset


def judge(asset: Asset) -> None:
    assert asset.status in ENDS, asset.title
    if asset.status == Asset.Status.FAILED:
        assert len(asset.error) > 30


def stands(assets: Collection[Any]) -> list[dict[str, Any]]:
    """Say of assets that take too long where each stands."""
    rows = Job.objects.filter(subject__in=[f"asset:{pk}" for pk in assets]).values(*TOLD)
    titles = list(Asset.objects.filter(pk__in=assets).values("pk", "title", "status", "error"))
    return [*titles, *rows]


def tell(capsys: pytest.CaptureFixture, ends: Counter, slowest: timedelta) -> None:
    told = ", ".join(f"{many} {how}" for how, many in sorted(ends.items()))
    with capsys.disabled():
        print(f"\n{ends.total()} damaged clips: {told}; slowest {slowest.total_seconds():.1f} s")


def mutants(parents: list[Path], count: int, rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """Yield clips with bytes turned, cut, doubled, swapped, or an end missing."""
    for number in range(count):
        parent = parents[number % len(parents)]
        data = bytearray(parent.read_bytes())
        for _ in range(rng.choice((1, 3, 30))):
            _damage(data, rng)
        yield f"m{number}{parent.suffix}", bytes(data)


def _damage(data: bytearray, rng: random.Random) -> None:
    at, long = rng.randrange(len(data)), rng.choice((1, 4, 64))
    way = rng.randrange(5)
    if way == 0:
        data[at] ^= 1 << rng.randrange(8)
    elif way == 1:
        data[at : at + long] = rng.randbytes(long)
    elif way == 2:
        del data[at : at + long]
    elif way == 3:
        data[at:at] = data[at : at + long]
    elif len(data) > 2000:
        del data[max(at, 1000) :]


def forget(asset: Asset) -> None:
    """Let an asset go with all its bytes, so that thousands need no room."""
    services.delete(asset)
    Job.objects.filter(subject=f"asset:{asset.pk}").delete()
    sweep_doomed()


def leftovers() -> list[str]:
    """Rows, folders, files and programs that outlived their clip.

    What an attempt has stored and never published is due in an hour; here it is due now.
    """
    StoredObject.objects.exclude(doomed_at=None).update(doomed_at=now() - timedelta(seconds=1))
    sweep_doomed()
    left = [str(one) for one in StoredObject.objects.all()]
    left += [str(one) for one in work_folder().glob("*")]
    left += [str(one) for one in settings.MEDIA_UPLOADS.iterdir()]
    return left + programs_in(work_folder())
