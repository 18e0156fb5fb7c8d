"""What is streamed is judged by others: hls.js's parser and PyAV, segment by segment."""

from __future__ import annotations

import shutil
import struct
import subprocess
from array import array
from io import BytesIO

import av
import pytest

from core.contract.errors import StaleClaim
from core.jobs.models import Job
from core.jobs.services import run_now
from core.playback.playlists import master
from core.storage.services import place
from plugins.ffmpeg import commands, provider
from plugins.ffmpeg.ladder import plan
from plugins.ffmpeg.outputs import hls
from workers.media.probe import probe
from workers.media.work import Work

from .conftest import AAC, H264, job_of, make, picture, sound
from .judge import PLAIN, complaints, read, tracks_of

LONG = 9  # seconds: three segments
BASE = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50")  # no B-frame
CAMERA = (*H264, "-g", "22", "-keyint_min", "22", "-sc_threshold", "0")
FOREIGN = ("-c:v", "mpeg4", "-q:v", "9", "-c:a", "mp2")
SMALL = "384x216"
LOUD = 0.01  # of full scale


def trees_of(asset):
    return {
        row.name: place(row.object).root / row.object.key
        for row in asset.renditions.exclude(kind="file")
    }


def judged(asset, **more):
    return complaints(master(asset.renditions.all()), trees_of(asset), **more)


SOURCES = {
    # name: (file, options, renditions that stream)
    "copied": (
        "a.mp4",
        (*picture("512x288", LONG), *sound(LONG), *H264, "-g", "50", *AAC),
        {"288p", "240p", "audio"},
    ),
    "copied without B-frames": (
        "a.mp4",
        (*picture("512x288", LONG), *sound(LONG), *BASE, *AAC),
        {"288p", "240p", "audio"},
    ),
    "encoded": (
        "a.mkv",
        (*picture("512x288", LONG), *sound(LONG), *FOREIGN),
        {"288p", "240p", "audio"},
    ),
    "portrait": (
        "a.mp4",
        (*picture("288x512", LONG, rate="30000/1001"), *sound(LONG), *H264, "-g", "60", *AAC),
        {"288p", "240p", "audio"},
    ),
    "key frames all the time": (
        "a.mp4",
        (*picture("512x288", LONG, rate="30000/1001"), *sound(LONG), *CAMERA, *AAC),
        {"288p", "240p", "audio"},
    ),
    "a frame a second": (
        "a.mp4",
        (*picture("512x288", 11, rate=1), *sound(11), *H264, "-g", "4", *AAC),
        {"288p", "240p", "audio"},
    ),
    "sound": ("a.mp3", (*sound(LONG), "-c:a", "libmp3lame"), {"audio"}),
}


@pytest.mark.parametrize("name", SOURCES)
def test_strangers_have_no_complaint(prepare, tmp_path, name):
    file, options, names = SOURCES[name]
    asset = prepare(make(tmp_path / file, *options))
    assert (asset.status, set(trees_of(asset))) == ("ready", names)
    assert judged(asset) == []
    told = read(master(asset.renditions.all()), trees_of(asset))
    assert {level["url"].split("/")[-2] for level in told["master"]["levels"]} == names
    assert {name: len(one["segments"]) for name, one in told["media"].items()} == dict.fromkeys(
        names, 3
    )


def test_strangers_have_no_complaint_about_what_grows(prepare, tmp_path, monkeypatch):
    def dies(_work):
        raise StaleClaim

    monkeypatch.setattr(provider, "make_poster", dies)
    long = make(tmp_path / "a.mov", *picture(SMALL, 20), *sound(3), "-c:v", "mpeg4", *AAC)
    asset = prepare(long)
    (growing,) = asset.renditions.all()
    assert (growing.name, growing.is_growing, asset.is_playable) == ("216p", True, True)
    assert judged(asset, grows=True) == []
    tracks = tracks_of(whole(trees_of(asset)["216p"]))
    assert tracks["video"].seconds == pytest.approx(12, abs=0.1)
    assert tracks["audio"].seconds == pytest.approx(12, abs=0.1)


def test_a_retry_cuts_where_the_copy_that_is_there_was_cut(ingest, tmp_path, monkeypatch):
    def dies(*_):
        raise StaleClaim

    name, options, _names = SOURCES["key frames all the time"]
    asset = ingest(make(tmp_path / name, *options))
    job = job_of(asset)
    monkeypatch.setattr(provider, "encode", dies)
    run_now(job)
    assert set(trees_of(asset)) == {"288p", "audio"}
    monkeypatch.undo()
    Job.objects.filter(pk=job.pk).update(lease_until=asset.created_at)
    run_now(job)
    assert set(trees_of(asset)) == {"288p", "240p", "audio"}
    assert judged(asset) == []


@pytest.mark.parametrize("file", ["a.mp4", "a.mkv"])
def test_a_sound_of_the_middle_alone_is_heard_there(prepare, tmp_path, file):
    """Silence before and after it: browsers wait where they have a picture and no sound."""
    middle = ("-itsoffset", "0.7", *sound(2))
    asset = prepare(make(tmp_path / file, *picture("512x288", 6), *middle, *H264, *AAC))
    assert judged(asset) == []
    trees = trees_of(asset)
    assert set(trees) == {"288p", "240p", "audio"}
    for tree in trees.values():
        data = whole(tree)
        tracks = tracks_of(data)
        shown = tracks.get("video", tracks["audio"])
        assert tracks["audio"].start == pytest.approx(shown.start, abs=0.03)
        assert tracks["audio"].end == pytest.approx(shown.start + 6, abs=0.05)
        assert first_tone(data) - shown.start == pytest.approx(0.7, abs=0.05)


QUIET = (*picture("512x288", LONG), *sound(LONG), "-af", "volume=-20dB", *H264, "-g", "50", *AAC)


def test_a_sound_that_is_mended_is_encoded_once_for_all(prepare, tmp_path, monkeypatch):
    runs, really = [], Work.run

    def noted(work, command, **more):
        runs.append(command)
        really(work, command, **more)

    monkeypatch.setattr(Work, "run", noted)
    asset = prepare(make(tmp_path / "a.mp4", *QUIET))
    assert sum(command.count("aac") for command in runs) == 1
    assert judged(asset) == []
    streams = {name: packets(BytesIO(whole(tree))) for name, tree in trees_of(asset).items()}
    assert set(streams) == {"288p", "240p", "audio"}
    assert len(streams["288p"]) > LONG * 40
    stored = asset.renditions.get(name="audio.m4a").object
    streams["audio.m4a"] = packets(place(stored).root / stored.key)
    assert len(set(map(tuple, streams.values()))) == 1


def packets(of):
    with av.open(of) as container:
        return [bytes(one) for one in container.demux(audio=0) if one.size]


def test_a_copy_is_written_into_a_folder_of_any_name(tmp_path):
    film = make(tmp_path / "a.mp4", *QUIET)
    folder = tmp_path / "it's [a=b] c|d: e\\f, g"
    (folder / commands.STREAM).mkdir(parents=True)
    (folder / commands.SOUND).mkdir()
    found = probe(film)
    subprocess.run(commands.copy(film, found, plan(found), folder), check=True, timeout=60)
    assert len(packets(BytesIO(whole(folder / commands.STREAM)))) > LONG * 40
    assert (folder / commands.SOUND / commands.SOUND_FILE).stat().st_size > LONG * 5_000
    assert (folder / commands.SOUND / commands.SAMPLES).stat().st_size > LONG * 7_900


def whole(tree):
    return b"".join(path.read_bytes() for path in sorted(tree.glob("*.m[p4]*")))


def first_tone(data):
    """Return the second of a stream's clock at which something is heard."""
    with av.open(BytesIO(data), options=PLAIN) as container:
        for frame in container.decode(audio=0):
            samples = array("f", bytes(frame.planes[0]))[: frame.samples]
            for number, sample in enumerate(samples):
                if abs(sample) > LOUD:
                    return frame.time + number / frame.sample_rate
    return None


def test_every_planted_fault_is_seen(prepare, tmp_path):
    """A judge that never complains is none: each fault alone, in a tree that was honest."""
    asset = prepare(make(tmp_path / "a.mp4", *picture("512x288", LONG), *sound(LONG), *BASE, *AAC))
    shown = asset.renditions.filter(kind="hls")
    honest = {row.name: place(row.object).root / row.object.key for row in shown}
    listed = master(shown)
    assert complaints(listed, honest) == []
    for number, (plant, words) in enumerate(FAULTS.items()):
        folder = tmp_path / f"fault-{number}"
        trees = {name: shutil.copytree(tree, folder / name) for name, tree in honest.items()}
        plant(trees["240p"], tmp_path / "a.mp4")
        said = complaints(listed, trees)
        assert any(words in one for one in said), (plant.__name__, said)


def shifted(tree, _source):
    """The second segment's picture says it is a fifth of a second later."""
    path = tree / "s00001.m4s"
    data = bytearray(path.read_bytes())
    at = data.index(b"tfdt") + 8
    scale = 12_800
    (begin,) = struct.unpack_from(">Q", data, at)
    struct.pack_into(">Q", data, at, begin + scale // 5)
    path.write_bytes(data)


def without_key_frames(tree, source):
    """Cut by the clock, wherever the key frames are."""
    cut = ("-hls_time", "4", "-hls_playlist_type", "vod", "-hls_flags", "split_by_time")
    named = ("-hls_segment_filename", tree / "s%05d.m4s", "-hls_segment_type", "fmp4")
    rung = ("-s", "426x240", "-c:v", "libx264", "-preset", "ultrafast", "-g", "999", *AAC)
    make(tree / "index.m3u8", "-i", source, *rung, "-f", "hls", *cut, *named)


def at_other_moments(tree, source):
    """Key frames of its own, every two seconds and a half."""
    rung = ("-s", "426x240", "-c:v", "libx264", "-preset", "ultrafast", "-g", "63", *AAC)
    make(tree / "index.m3u8", "-i", source, *rung, *hls(tree).words[:-1])


def reworded(tree, old, new):
    path = tree / "index.m3u8"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))


def wrong_length(tree, _source):
    reworded(tree, "#EXTINF:4.000000,", "#EXTINF:4.100000,")


def low_target(tree, _source):
    reworded(tree, "#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:3")


def lost_segment(tree, _source):
    reworded(tree, "#EXTINF:4.000000,\ns00001.m4s\n", "")


def without_end(tree, _source):
    reworded(tree, "#EXT-X-ENDLIST", "")


def without_length(tree, _source):
    reworded(tree, "#EXT-X-TARGETDURATION:4\n", "")


def emptied(tree, _source):
    """One frame of the middle is nothing but zeros."""
    path = tree / "s00001.m4s"
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 4
    data[at : at + 3000] = bytes(3000)
    path.write_bytes(data)


FAULTS = {
    shifted: "video of s00001.m4s begins +0.200 s",
    without_key_frames: "s00001.m4s begins without a key frame",
    at_other_moments: "of 240p begins",
    wrong_length: "s00000.m4s plays 4.000 s, not 4.100 s",
    low_target: "a target of 3 s",
    lost_segment: "video of s00002.m4s begins +4.000 s",
    without_end: "has no end",
    without_length: "Missing Target Duration",
    emptied: "s00001.m4s alone",
}
