"""``media verify`` finds what is lost, cut off, misnamed or unreadable, and the remedy."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core.jobs.models import Job
from core.jobs.services import run_now
from core.storage.models import StoredObject
from core.storage.services import place

from .conftest import AAC, make, picture, sound

MPEG4 = ("-c:v", "mpeg4", "-q:v", "6", "-g", "25")


@pytest.fixture
def asset(prepare, tmp_path):
    """A film whose rungs are all encoded: 240p and 288p, each of two segments."""
    raw = make(tmp_path / "raw.mkv", *picture("512x288", 6), *sound(6), *MPEG4, *AAC)
    return prepare(raw)


def verified(words) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the faults and the remedies by what they are about."""
    out = StringIO()
    try:
        call_command("media", "verify", str(words), "--json", stdout=out)
        is_whole = True
    except CommandError:
        is_whole = False
    (told,) = json.loads(out.getvalue())
    assert told["is_whole"] == is_whole
    wrong = [row for row in told["stored"] if row["faults"]]
    return (
        {row["name"]: row["faults"] for row in wrong},
        {row["name"]: row["remedy"] for row in wrong},
    )


def file_of(asset, name, file):
    stored = asset.renditions.get(name=name).object
    return place(stored).local_path(f"{stored.key}/{file}")


def resized(asset, name):
    """The row follows its files, so that only what they say can be wrong."""
    stored = asset.renditions.get(name=name).object
    folder = file_of(asset, name, "index.m3u8").parent
    sizes = [path.stat().st_size for path in folder.iterdir()]
    StoredObject.objects.filter(pk=stored.pk).update(size=sum(sizes), files=len(sizes))


def test_what_is_whole_is_verified_and_damage_is_named_with_what_mends_it(asset):
    assert verified(asset.pk) == ({}, {})
    file_of(asset, "240p", "s00001.m4s").unlink()
    cut = file_of(asset, "288p", "s00000.m4s")
    size = cut.stat().st_size
    cut.write_bytes(cut.read_bytes()[:-1000])
    place(asset.poster).local_path(asset.poster.key).unlink()
    faults, remedies = verified(asset.pk)
    assert faults == {
        "240p": [
            "3 of 4 files are there",
            "index.m3u8 names s00001.m4s, which is not there",
        ],
        "288p": [f"s00000.m4s has {size - 1000} bytes instead of {size}"],
        "poster": ["is not there"],
    }
    assert remedies == {
        "240p": f"manage.py media retry {asset.pk} --stage ladder",
        "288p": f"manage.py media retry {asset.pk} --stage ladder",
        "poster": f"manage.py media retry {asset.pk} --stage poster",
    }
    for name in ("240p", "poster"):
        call_command(*remedies[name].split()[1:], stdout=StringIO())
        run_now(Job.objects.get(kind="media.prepare", subject=f"asset:{asset.pk}", state="queued"))
    asset.refresh_from_db()
    assert verified(asset.pk) == ({}, {})


def test_playlists_must_name_what_is_there_and_play_the_whole_and_pictures_decode(asset):
    index = file_of(asset, "240p", "index.m3u8")
    text = index.read_text()
    index.write_text(text.replace("s00001.m4s", "s00009.m4s"))
    resized(asset, "240p")
    assert verified(asset.pk)[0] == {"240p": ["index.m3u8 names s00009.m4s, which is not there"]}
    lines = text.splitlines()
    first = next(line for line in lines if line.startswith("#EXTINF"))
    index.write_text(text.replace(first, "#EXTINF:3.000000,", 1))
    resized(asset, "240p")
    faults = verified(asset.pk)[0]["240p"]
    assert faults == ["plays 5.0 of 6.0 seconds"]
    index.write_text(text.replace("#EXT-X-ENDLIST\n", ""))
    resized(asset, "240p")
    assert verified(asset.pk)[0] == {"240p": ["index.m3u8 has no end"]}
    long, short = [line for line in lines if line.startswith("#EXTINF")]
    index.write_text(text.replace(long, "#").replace(short, long).replace("#\n", f"{short}\n"))
    resized(asset, "240p")
    assert verified(asset.pk)[0] == {"288p": ["its segments begin elsewhere than those of 240p"]}
    index.write_text(text)
    resized(asset, "240p")
    segment = file_of(asset, "288p", "s00000.m4s")
    whole = segment.read_bytes()
    at = whole.index(b"mdat") + 4
    segment.write_bytes(whole[:at] + b"\xa5" * (len(whole) - at))
    assert verified(asset.pk)[0] == {"288p": ["its first video cannot be decoded"]}
    segment.write_bytes(whole)
    file_of(asset, "288p", "init.mp4").write_bytes(b"\0" * 700)
    resized(asset, "288p")
    (fault,) = verified(asset.pk)[0]["288p"]
    assert fault.startswith("cannot be read")


def test_all_and_a_part_of_a_title_choose_assets(asset, prepare, film):
    other = prepare(film)
    assert not verified("raw")[0]
    place(other.original).local_path(other.original.key).unlink()
    out = StringIO()
    with pytest.raises(CommandError, match="1 of 2 are not whole"):
        call_command("media", "verify", "all", stdout=out)
    said = out.getvalue()
    assert f"film  ({other.pk}, ready)" in said
    assert "Restore it from a backup" in said
    with pytest.raises(CommandError, match="No asset is called"):
        call_command("media", "verify", "nothing of that name")
    with pytest.raises(CommandError, match="There is no stage"):
        call_command("media", "retry", str(other.pk), "--stage", "varnish")
