"""Damaged clips come to an end: ready or failed, nothing stuck, nothing left over."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from core.jobs.claims import work_folder
from core.jobs.models import Job
from core.media import services
from core.media.models import Asset
from core.storage.models import StoredObject
from core.storage.services import sweep_doomed
from tests.drills.crew import programs_in
from tests.workers.conftest import AAC, H264, make, picture, sound

MANY = int(os.environ.get("MUTANTS", "5000"))
LONGEST = 60.0  # seconds, of one
SMALL = (*picture("64x64", 1, rate=10), *sound(1))
PARENTS = {
    "a.mp4": (*H264, *AAC),
    "b.mkv": (*H264, *AAC),
    "c.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "d.ts": (*H264, *AAC),
    "e.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
}


@pytest.mark.parametrize("count", [8, pytest.param(MANY, marks=pytest.mark.drill)])
def test_every_damaged_clip_comes_to_an_end(count, prepare, tmp_path, capsys):
    parents = [make(tmp_path / name, *SMALL, *codecs) for name, codecs in PARENTS.items()]
    ends: dict[str, int] = {}
    slowest = 0.0
    for name, content in mutants(parents, count, random.Random(7)):
        path = tmp_path / name
        path.write_bytes(content)
        begin = time.monotonic()
        asset = prepare(path)
        slowest = max(slowest, time.monotonic() - begin)
        ends[asset.status] = ends.get(asset.status, 0) + 1
        assert asset.status in (Asset.Status.READY, Asset.Status.FAILED), name
        if asset.status == Asset.Status.FAILED:
            assert len(asset.error) > 30
        path.unlink()
        forget(asset)
    with capsys.disabled():
        told = ", ".join(f"{many} {how}" for how, many in sorted(ends.items()))
        print(f"\n{count} damaged clips: {told}; slowest {slowest:.1f} s, 0 stuck, 0 left over")
    assert slowest < LONGEST
    assert leftovers() == []


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
    Job.objects.all().delete()
    StoredObject.objects.exclude(doomed_at=None).update(doomed_at=asset.created_at)
    sweep_doomed()


def leftovers() -> list[str]:
    """Rows, folders, files and programs that outlived their clip."""
    left = [str(one) for one in StoredObject.objects.all()]
    left += [str(one) for one in work_folder().glob("*")]
    left += [str(one) for one in settings.MEDIA_UPLOADS.iterdir()]
    return left + programs_in(work_folder())
