"""Graphics hardware is used where it really encodes, and given up where it does not."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from core.contract.providers import Probe
from core.contract.services import save_settings
from core.contract.testing import clips
from core.contract.testing.video import new_work
from core.jobs import walls
from plugins.ffmpeg import commands, encoding, hooks, ladder, machine
from plugins.ffmpeg.encoders import CARDS, HARDWARE, X264
from plugins.ffmpeg.profiles import ARCHIVE

# A program of its own that says of NVENC what a card would: it works, it is busy, it is not there.
WRAPPER = """#!/bin/sh
here=$(dirname "$0")
for word; do last=$word; done
case " $* " in
  *" h264_nvenc "*) ;;
  *" h264_qsv "* | *" h264_vaapi "* | *" h264_videotoolbox "*) echo "No device" >&2; exit 1 ;;
  *) exec "$here/real" "$@" ;;
esac
if [ -e "$here/absent" ]; then echo "Cannot load libcuda.so.1" >&2; exit 1; fi
case " $* " in
  *" lavfi "*) exec "$here/real" -v error -f lavfi -i color=duration=1 -f null - ;;
esac
echo h264_nvenc >> "$here/refused"
echo "OpenEncodeSessionEx failed: out of memory" >&2
exit 1
"""


@pytest.fixture
def card(tmp_path, settings):
    """An ffmpeg whose only card does one trial encode, and refuses every film."""
    folder = tmp_path / "ffmpeg"
    folder.mkdir()
    real = commands.binary()
    try:
        os.link(real, folder / "real")
    except OSError:
        shutil.copy(real, folder / "real")
    wrapper = folder / "ffmpeg"
    wrapper.write_text(WRAPPER)
    wrapper.chmod(0o755)
    settings.FFMPEG = str(wrapper)
    return folder


@pytest.fixture
def choose(site):
    def do(**values):
        chosen = {"profile": "balanced", "also": "", "quality": False, "hardware": "auto"}
        save_settings(plugin="ffmpeg", values={**chosen, **values})

    return do


def test_only_what_has_encoded_a_second_counts(card, choose):
    choose()
    complaints = {one.name: why for one, why in machine.tried(str(card / "ffmpeg"))}
    assert complaints.pop("h264_nvenc") == ""
    assert all(complaints.values())
    assert machine.hardware().label == "NVIDIA NVENC"
    assert "NVIDIA NVENC encodes here" in hooks._hardware().message
    (card / "absent").touch()
    machine.tried.cache_clear()
    assert machine.hardware() is None
    assert hooks._hardware().ok
    assert "x264 does" in hooks._hardware().message
    choose(hardware="never")
    assert "switched off" in hooks._hardware().message
    machine.tried.cache_clear()


def test_what_a_card_refuses_is_done_again_in_software_and_logged(card, choose, site, tmp_path):
    choose()
    clip = clips.h264_aac(tmp_path)
    probe = replace(clip.probe, profile="", bit_rate=0, width=512, height=288)
    work = new_work(replace(clip, probe=probe), tmp_path / "work")
    work.site_id = site.pk
    made = ladder.plan(probe)
    assert set(machine.encoders_for(site.pk, made, made.rungs)) == {made.names[0]}
    with capture_logs() as logs:
        encoding.encode(work, made, made.rungs)
    refused = (card / "refused").read_text().split()
    assert refused == ["h264_nvenc"]  # once: the second time nobody asked it
    (told,) = [line for line in logs if line["event"] == "hardware_failed"]
    assert told["encoders"] == ["h264_nvenc"]
    assert set(work.published) == set(made.names)
    assert all(work.drafts[name].codecs.startswith("avc1.") for name in made.names)
    machine.tried.cache_clear()


def test_hardware_takes_the_large_rungs_of_every_profile_but_the_archive(card, choose, site):
    probe = replace(clips_probe(), width=1920, height=1080)
    made = ladder.plan(probe)
    choose()
    assert list(machine.encoders_for(site.pk, made, made.rungs)) == ["1080p", "720p", "480p"]
    archive = ladder.plan(probe, ARCHIVE)
    assert machine.encoders_for(site.pk, archive, archive.rungs) == {}
    choose(hardware="never")
    assert machine.encoders_for(site.pk, made, made.rungs) == {}
    machine.tried.cache_clear()


def clips_probe():
    return Probe("mov", 10.0, 1000, video_codec="vp9", audio_codec="opus", frame_rate=25.0)


@pytest.mark.parametrize("encoder", HARDWARE, ids=lambda one: one.name)
def test_its_words_are_ffmpegs_own_and_its_pictures_are_handed_over(encoder):
    rungs = (ladder.Rung("720p", 1280, 720, 2_900_000), ladder.Rung("240p", 426, 240, 420_000))
    made = ladder.Plan("", copies_audio=False, rungs=rungs, follows_source=False)
    by = {"720p": encoder}
    words = commands.encode(Path("a"), clips_probe(), made, rungs, Path("out"), by=by)
    assert words.count("-c:v") == 2
    assert [words[n + 1] for n, word in enumerate(words) if word == "-c:v"] == [
        encoder.name,
        X264.name,
    ]
    graph = words[words.index("-filter_complex") + 1]
    assert ("[v0]format=nv12,hwupload" in graph) == bool(encoder.takes)
    assert words[words.index("-map") + 1] == ("[h0]" if encoder.takes else "[v0]")
    assert set(encoder.opens) <= set(words)
    asked = [commands.binary(), "-v", "error", "-h", f"encoder={encoder.name}"]
    known = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    if "AVOptions" in known:  # an ffmpeg for another system knows nothing of it
        own = [word for word in encoder.words(rungs[0], made) if word[1:2].isalpha()]
        own = [word for word in own if word.startswith("-") and word not in {"-b:v", "-profile:v"}]
        assert [word for word in own if f"  {word} " not in known] == []


def test_a_card_is_let_into_the_sandbox_only_where_it_is_used(tmp_path):
    there = tmp_path / "card"
    there.touch()
    plain = walls.around("/bin/true", [], None)
    let_in = walls.around("/bin/true", [], None, [there, *CARDS])
    assert "--dev-bind" not in plain
    assert "/sys" not in plain
    if plain:  # without bubblewrap there are no walls
        at = let_in.index("--dev-bind")
        assert let_in[at : at + 3] == ["--dev-bind", str(there), str(there)]
