"""What is made beside the renditions: stills to choose from, the sound alone, whole files."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.media.errors import NotMedia
from core.storage.services import local_copy, place, sweep_doomed
from plugins.ffmpeg import ladder
from workers.media.probe import probe

from .conftest import AAC, H264, make, picture, sound, told


@pytest.fixture
def scenes(tmp_path):
    """Black first, then something to see."""
    dark = ("-f", "lavfi", "-i", "color=black:size=320x180:rate=25:duration=3")
    join = ("-filter_complex", "[0][1]concat=n=2", "-g", "25", "-map", "2:a")
    return make(tmp_path / "scenes.mp4", *dark, *picture(seconds=5), *sound(8), *join, *H264, *AAC)


def test_the_first_rendition_is_told_once(prepare, film, listener):
    asset = prepare(film)
    assert told("asset_playable", asset) == 1


def test_an_editor_chooses_another_frame(prepare, scenes):
    asset = prepare(scenes)
    offered = list(asset.poster_candidates.all())
    assert len(offered) >= 4
    assert [one.position for one in offered] == list(range(len(offered)))
    with local_copy(asset.poster) as first, local_copy(offered[0].object) as best:
        assert first.read_bytes() == best.read_bytes()
        with Image.open(first) as image:
            assert image.convert("L").getextrema()[1] > 100  # not the black beginning
    before = asset.poster_id
    services.choose_poster(asset, offered[-1].position)
    assert asset.poster_id != before
    with local_copy(asset.poster) as chosen, local_copy(offered[-1].object) as wanted:
        assert chosen.read_bytes() == wanted.read_bytes()
    with pytest.raises(NotMedia):
        services.choose_poster(asset, 99)
    assert asset.poster_candidates.count() == len(offered)


def test_a_sound_is_drawn(prepare, tmp_path):
    asset = prepare(make(tmp_path / "talk.m4a", *sound(4), *AAC))
    with local_copy(asset.waveform) as path:
        said = json.loads(path.read_text())
    assert (said["version"], said["bits"]) == (2, 8)
    seconds = said["length"] * said["samples_per_pixel"] / said["sample_rate"]
    assert seconds == pytest.approx(4, abs=0.1)
    middle = said["data"][said["length"] // 2 :]
    assert max(middle) > 15
    assert min(middle) < -15


@pytest.mark.parametrize("volume", ["-15dB", "0dB", "12dB"])
def test_every_sound_is_about_as_loud(prepare, tmp_path, volume):
    loud = ("-af", f"volume={volume}")
    asset = prepare(make(tmp_path / "talk.wav", *sound(6), *loud))
    with local_copy(asset.renditions.get(name="audio.m4a").object) as path:
        assert probe(path).loudness == pytest.approx(ladder.LOUDNESS, abs=1.5)


def test_silence_is_left_alone(tmp_path):
    quiet = ("-f", "lavfi", "-i", "anullsrc=duration=2")
    found = probe(make(tmp_path / "quiet.wav", *quiet))
    assert found.loudness is None
    assert ladder.gain_of(found) == 0


def test_a_whole_file_is_made_once_a_page_offers_it(prepare, film):
    asset = prepare(film)
    assert not asset.renditions.filter(name="video.mp4").exists()
    kept = set(asset.renditions.values_list("object", flat=True))
    services.offer_file(asset)
    run_now(Job.objects.get(kind="media.prepare", subject=f"asset:{asset.pk}", state="queued"))
    row = asset.renditions.get(name="video.mp4")
    with local_copy(row.object) as path:
        found = probe(path)
        assert path.read_bytes().index(b"moov") < 100
    assert (found.video_codec, found.audio_codec) == ("h264", "aac")
    assert found.duration == pytest.approx(6, abs=0.1)
    assert set(asset.renditions.exclude(pk=row.pk).values_list("object", flat=True)) == kept


def test_deleting_an_asset_takes_everything_beside_it(prepare, film):
    asset = prepare(film)
    shelf = place(asset.original)
    services.delete(asset)
    sweep_doomed()
    left = [key for key in shelf.walk() if "poster" not in key]
    assert not [key for key in left if key.endswith(("still", "waveform", "audio.m4a"))]
