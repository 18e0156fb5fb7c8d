"""What every video provider must do: inherit ``VideoContract`` and give it a ``provider``."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from core.contract.direct import DirectVideoProvider
from core.contract.errors import Cancelled, StaleClaim, VideoError
from core.contract.providers import Probe, RenditionDraft, Still, VideoProvider

from . import clips
from .beside import check_files, check_poster, check_sounds, check_storyboard
from .clips import Clip
from .direct import send_directly
from .patience import patiently
from .playlists import decode, ffprobe, read_playlist
from .sharing import Here

NOTHING = Probe(container="mov,mp4,m4a,3gp,3g2,mj2", duration=1.0, size=10)
BASE = "https://lectern.example/p/token/asset/"
WEB = ("https://", "http://127.0.0.1:")  # the latter: a vendor's stand-in on this machine
A_FRAME = 1 / clips.RATE


@dataclass
class Work:
    """Records what a provider does; from the first ``stops_at`` (a verb) on every verb raises."""

    source: Path
    probe: Probe
    folder: Path
    shelf: Path
    stops_at: str = ""
    stops_with: type[Exception] = StaleClaim
    asset_id: str = "5f0c1b6e-0000-4000-8000-000000000000"
    site_id: int = 1
    title: str = "A film"
    wants_file: bool = True
    kept: Sequence[tuple[float, float]] = ()
    verbs: set[str] = field(default_factory=set)
    stages: list[str] = field(default_factory=list)
    fractions: list[float] = field(default_factory=list)
    drafts: dict[str, RenditionDraft] = field(default_factory=dict)
    first: str = ""
    poster: Path | None = None
    storyboard: Path | None = None
    stills: list[Path] = field(default_factory=list)
    waveform: Path | None = None
    remembered: dict[str, Any] = field(default_factory=dict)
    qualities: dict[str, float] = field(default_factory=dict)
    published: set[str] = field(default_factory=set)
    here: set[str] = field(default_factory=set)  # drafts whose bytes the house keeps
    spent: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    late: int = 0  # verbs that were called after one had raised
    sharing: Here = field(default_factory=Here)

    def stage(self, name: str) -> None:
        self._count("stage")
        self.stages.append(name)

    def take_turn(self) -> None:
        self._count("take_turn")

    def progress(self, fraction: float, *, eta_seconds: int | None = None) -> None:
        del eta_seconds
        self._count("progress")
        self.fractions.append(fraction)

    def run(
        self,
        command: Sequence[str],
        *,
        reads: Sequence[Path],
        writes: Path,
        devices: Sequence[Path] = (),
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        del devices
        self._count("run")
        assert all(path.exists() for path in reads)
        assert writes.resolve().is_relative_to(self.folder.resolve())
        _run(command, on_line)

    def publish(self, draft: RenditionDraft, folder: Path | None) -> None:
        self._count("publish")
        if folder is not None:
            shutil.rmtree(self.shelf / draft.name, ignore_errors=True)
            shutil.copytree(folder, self.shelf / draft.name)
            self.here.add(draft.name)
        self.first = self.first or draft.name
        self.drafts[draft.name] = draft
        if not draft.is_growing:
            self.published.add(draft.name)

    def publish_file(self, draft: RenditionDraft, path: Path) -> None:
        self._count("publish_file")
        shutil.copy(path, self.shelf / draft.name)
        self.drafts[draft.name] = draft
        self.published.add(draft.name)

    def lend(self, name: str, *, only: Collection[str] = ()) -> Path | None:
        del only
        self._count("lend")
        there = self.shelf / name
        if there.is_file():
            folder = self.folder / f"lent-{name}"
            folder.mkdir(exist_ok=True)
            shutil.copy(there, folder)
            return folder
        return there if there.is_dir() else None

    def publish_stills(self, stills: Sequence[Still]) -> None:
        self._count("publish_stills")
        self.stills = [still.image for still in stills]
        self.published.add("stills")

    def publish_waveform(self, path: Path) -> None:
        self._count("publish_waveform")
        self.waveform = Path(shutil.copy(path, self.shelf / "waveform.json"))
        self.published.add("waveform")

    def publish_poster(self, image: Path) -> None:
        self._count("publish_poster")
        self.poster = Path(shutil.copy(image, self.shelf / f"poster{image.suffix}"))
        self.published.add("poster")

    def publish_storyboard(self, folder: Path) -> None:
        self._count("publish_storyboard")
        self.storyboard = Path(shutil.copytree(folder, self.shelf / "storyboard"))
        self.published.add("storyboard")

    def rate(self, name: str, quality: float) -> None:
        self._count("rate")
        assert name in self.published
        self.qualities[name] = quality
        self.published.add(f"quality/{name}")

    def remember(self, **values: Any) -> None:
        self._count("remember")
        self.remembered |= values

    def spend(self, stage: str, **told: Any) -> None:
        self._count("spend")
        self.spent[told["key"]] = {"stage": stage, **told}

    def playlists(self, kind: str = "hls") -> dict[str, Path]:
        return {
            name: self.shelf / name / "index.m3u8"
            for name in sorted(self.here)
            if self.drafts[name].kind == kind
        }

    def files(self) -> dict[str, Path]:
        return {name: self.shelf / name for name, one in self.drafts.items() if one.kind == "file"}

    def _count(self, verb: str) -> None:
        self.verbs.add(verb)
        if self.stops_at in self.verbs:
            self.late += 1
            raise self.stops_with


class VideoContract:
    """Every promise of ``VideoProvider``, each as a test over real clips."""

    @pytest.fixture
    def provider(self) -> VideoProvider:
        """Return the provider to be tried: yours."""
        raise NotImplementedError("Override the fixture `provider` and return your provider.")

    @pytest.fixture
    def asset(self) -> Any:
        """Return an asset that is ready; override it where the provider reads its own data."""
        return an_asset()

    @pytest.fixture
    def film(self, tmp_path: Path) -> Clip:
        return clips.h264_aac(tmp_path)

    @pytest.fixture
    def webm(self, tmp_path: Path) -> Clip:
        return clips.vp9_opus(tmp_path)

    def test_says_who_it_is(self, provider: VideoProvider) -> None:
        assert isinstance(provider, VideoProvider)
        assert provider.name
        assert provider.label

    def test_takes_a_film_and_refuses_nothing_at_all(
        self, provider: VideoProvider, film: Clip, webm: Clip
    ) -> None:
        assert provider.accepts(film.probe) == ""
        assert provider.accepts(webm.probe) == ""
        assert len(provider.accepts(NOTHING)) > 20

    def test_declares_its_stages_in_words(self, provider: VideoProvider, film: Clip) -> None:
        stages = provider.stages(film.probe)
        names = [stage.name for stage in stages]
        assert names == sorted(set(names), key=names.index)
        assert all(stage.label and stage.label != stage.name for stage in stages)

    @pytest.mark.parametrize("kind", ["h264_aac", "vp9_opus", "silent"])
    def test_prepares_a_film(self, provider: VideoProvider, tmp_path: Path, kind: str) -> None:
        clip = getattr(clips, kind)(tmp_path)
        work = prepared(provider, clip, tmp_path)
        assert list(dict.fromkeys(work.stages)) == [
            stage.name for stage in provider.stages(clip.probe)
        ]
        assert {one["stage"] for one in work.spent.values()} <= set(work.stages)
        assert work.fractions == [fraction for fraction in work.fractions if 0 <= fraction <= 1]
        assert work.drafts
        assert not [draft.name for draft in work.drafts.values() if draft.is_growing]
        for draft in work.drafts.values():
            assert draft.duration == pytest.approx(clip.probe.duration, abs=0.2)
        for name, playlist in work.playlists().items():
            check_rendition(clip, work.drafts[name], playlist)
        check_alignment(list(work.playlists().values()))
        check_sounds(clip, work)
        check_files(clip, work)
        check_poster(work)
        check_storyboard(work)

    def test_prepares_a_sound(self, provider: VideoProvider, tmp_path: Path) -> None:
        clip = clips.sound_only(tmp_path)
        if not provider.accepts(clip.probe):
            work = prepared(provider, clip, tmp_path)
            assert work.playlists("audio") or not work.here
            assert work.drafts
            for playlist in work.playlists("audio").values():
                assert decode(playlist).seconds_of_sound == pytest.approx(clips.SECONDS, abs=0.3)

    def test_does_not_make_again_what_is_there(
        self, provider: VideoProvider, film: Clip, tmp_path: Path
    ) -> None:
        first = prepared(provider, film, tmp_path)
        again = new_work(film, tmp_path / "again")
        again.published = set(first.published)
        again.remembered = dict(first.remembered)
        finish(provider, again)
        assert not again.drafts
        assert again.poster is None

    def test_says_what_is_wrong_with_a_damaged_film(
        self, provider: VideoProvider, tmp_path: Path
    ) -> None:
        work = new_work(clips.damaged(tmp_path), tmp_path)
        with pytest.raises(VideoError) as caught:
            finish(provider, work)
        assert len(str(caught.value)) > 20
        assert not work.published & set(work.drafts)

    def test_stops_at_once_when_its_claim_is_void(
        self, provider: VideoProvider, film: Clip, tmp_path: Path
    ) -> None:
        whole = prepared(provider, film, tmp_path / "whole")
        for verb in whole.verbs:
            check_stop(provider, film, tmp_path / verb, verb, StaleClaim)
        check_stop(provider, film, tmp_path / "cancelled", "progress", Cancelled)

    def test_says_how_to_play(self, provider: VideoProvider, asset: Any) -> None:
        source = provider.playback(asset, base_url=BASE, expires_at=1_900_000_000.0)
        assert source.expires_at <= 1_900_000_000.0
        assert source.url.startswith(WEB)
        assert source.content_type
        assert source.duration == pytest.approx(clips.SECONDS, abs=0.1)
        for url in filter(None, (source.poster, source.storyboard)):
            assert url.startswith(WEB)

    def test_takes_a_film_straight_from_a_browser(
        self, provider: VideoProvider, film: Clip, asset: Any, tmp_path: Path
    ) -> None:
        if isinstance(provider, DirectVideoProvider):
            told = send_directly(provider, asset, film)
            work = new_work(replace(film, path=tmp_path / "not-here", probe=told), tmp_path)
            work.remembered = dict(asset.provider_data)
            finish(provider, work)
            assert work.drafts


def new_work(clip: Clip, folder: Path) -> Work:
    own, shelf = folder / "claim", folder / "shelf"
    own.mkdir(parents=True)
    shelf.mkdir(parents=True)
    return Work(source=clip.path, probe=replace(clip.probe), folder=own, shelf=shelf)


def prepared(provider: VideoProvider, clip: Clip, folder: Path) -> Work:
    work = new_work(clip, folder)
    finish(provider, work)
    return work


def finish(provider: VideoProvider, work: Work) -> None:
    """Prepare to the end; a provider that waits for others is called again until it is done."""
    patiently(lambda: provider.prepare(work))


def check_stop(
    provider: VideoProvider, clip: Clip, folder: Path, verb: str, error: type[Exception]
) -> None:
    """Judge that what a verb raises comes out, and that no verb is called after it."""
    work = new_work(clip, folder)
    work.stops_at, work.stops_with = verb, error
    with pytest.raises(error):
        finish(provider, work)
    assert work.late == 1


def an_asset() -> Any:
    """Return what a provider may read of an asset that is ready."""
    return SimpleNamespace(
        pk=Work.asset_id,
        id=Work.asset_id,
        site_id=Work.site_id,
        title="A film",
        kind="video",
        asked_kind="video",
        duration=float(clips.SECONDS),
        poster_id=Work.asset_id,
        storyboard_id=Work.asset_id,
        provider_data={},
        is_playable=True,
    )


def check_rendition(clip: Clip, draft: RenditionDraft, path: Path) -> None:
    """Judge one rendition: its text, its streams, and every frame of it."""
    playlist = read_playlist(path)
    assert playlist.is_whole
    assert playlist.lines[0] == "#EXTM3U"
    for name in playlist.files:
        assert ":" not in name
        assert not name.startswith("/")
        assert ".." not in name.split("/")
        assert (path.parent / name).resolve().is_relative_to(path.parent.resolve())
        assert (path.parent / name).is_file()
    assert playlist.duration == pytest.approx(clip.probe.duration, abs=0.2)
    found = ffprobe(path)
    kinds = sorted({stream["codec_type"] for stream in found["streams"]})
    assert kinds == (["audio", "video"] if clip.probe.has_audio else ["video"])
    decoded = decode(path)
    assert decoded.frames == pytest.approx(clips.SECONDS * clips.RATE, abs=2)
    assert (decoded.width, decoded.height) == (draft.width, draft.height)
    assert draft.width * clip.probe.height == pytest.approx(
        draft.height * clip.probe.width, rel=0.02
    )
    assert draft.bit_rate > 0
    assert draft.codecs
    if clip.probe.has_audio:
        assert decoded.seconds_of_sound == pytest.approx(clip.probe.duration, abs=0.2)
    for start in playlist.starts:
        assert min(abs(start - time) for time in decoded.key_times) < A_FRAME * 1.5


def check_alignment(paths: Sequence[Path]) -> None:
    """Judge that a player may change renditions at every segment's start."""
    starts = [read_playlist(path).starts for path in paths]
    for one, other in pairwise(starts):
        assert len(one) == len(other)
        assert other == pytest.approx(one, abs=A_FRAME * 1.5)


def _run(command: Sequence[str], on_line: Callable[[str], None] | None) -> None:
    words = [str(word) for word in command]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(words, stdout=subprocess.PIPE, stderr=said, text=True) as program,
    ):
        try:
            for line in program.stdout or ():
                if on_line is not None:
                    on_line(line.rstrip("\n"))
        except BaseException:
            program.kill()
            raise
        if program.wait():
            said.seek(0)
            raise VideoError(f"The program failed: {said.read()[-500:]}")
