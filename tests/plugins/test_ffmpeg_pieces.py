"""A long film made in pieces is the film that one decode makes: every frame, every time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest

from core.contract.providers import Probe
from core.contract.services import save_settings
from core.contract.testing.clips import Clip
from core.contract.testing.playlists import decode, ffprobe, read_playlist
from core.contract.testing.sharing import Here
from core.contract.testing.video import Work, check_alignment, finish, new_work
from plugins.ffmpeg import fragments, grid, pieces
from plugins.ffmpeg.ladder import plan
from plugins.ffmpeg.provider import Ffmpeg
from tests.workers.conftest import make
from workers.media.probe import probe

pytestmark = pytest.mark.django_db

SECONDS = 63
NTSC = "24000/1001"
BESIDE = {"poster", "stills", "storyboard", "waveform", "audio", "audio.m4a"}
SOUND = ("-f", "lavfi", "-i", f"sine=frequency=440:duration={SECONDS}:sample_rate=44100")
FOREIGN = ("-c:v", "mpeg4", "-q:v", "5", "-g", "100", "-bf", "2", "-c:a", "libmp3lame")
X264 = ("-c:v", "libx264", "-preset", "superfast", "-bf", "2", "-sc_threshold", "0")
PLAIN = (*X264, "-g", "45", "-pix_fmt", "yuv420p", "-profile:v", "high", "-c:a", "aac")


@pytest.fixture(autouse=True)
def _short_films_are_long():
    save_settings(plugin="ffmpeg", values={"share_minutes": 1})


def picture(rate=NTSC, size="384x288"):
    return ("-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}:duration={SECONDS}")


def film(folder: Path, name: str, *options: object) -> Clip:
    path = make(folder / name, *options)
    return Clip(path, probe(path))


def prepared(clip: Clip, folder: Path, *, crews: int = 0, kind: type[Work] = Work) -> Work:
    """Prepare a film; with ``crews`` others make its pieces."""
    plain = new_work(clip, folder)
    work = kind(plain.source, plain.probe, plain.folder, plain.shelf, wants_file=False)
    work.shown, work.published = {}, set(BESIDE)

    def made(piece):
        own = new_work(clip, folder / f"piece-{piece.name}")
        return Ffmpeg().make_piece(own, piece)

    if crews:
        work.sharing = Here(made, crews)
    finish(Ffmpeg(), work)
    return work


@dataclass(frozen=True)
class Times:
    """When every packet is shown, in seconds, in the order in which they are decoded."""

    picture: Sequence[float]
    keys: Sequence[float]
    sound: Sequence[float]


def times_of(playlist: Path) -> Times:
    shown, keys, sound, decoded = [], [], [], []
    with av.open(str(playlist), options={"allowed_extensions": "ALL"}) as container:
        for packet in container.demux():
            if packet.pts is None:
                continue
            at = float(packet.pts * packet.time_base)
            if packet.stream.type == "audio":
                sound.append(at)
                continue
            shown.append(at)
            decoded.append(float(packet.dts * packet.time_base))
            keys += [at] if packet.is_keyframe else []
    steps = [later - earlier for earlier, later in pairwise(decoded)]
    assert max(steps) - min(steps) < 0.0001  # no joint shows
    return Times(shown, keys, sound)


FILMS = {
    "encoded": ("a.mkv", picture(), "-itsoffset", "0.7", SOUND, FOREIGN),
    "beside a copy": ("b.mp4", picture("25"), SOUND, PLAIN),
    "silent": ("c.mkv", picture("24", "320x180"), FOREIGN),
}


@pytest.mark.parametrize(
    "kind", ["encoded", "beside a copy", pytest.param("silent", marks=pytest.mark.drill)]
)
def test_pieces_make_what_one_decode_makes(tmp_path, kind):
    name, *options = FILMS[kind]
    words = [one for part in options for one in ([part] if isinstance(part, str) else part)]
    clip = film(tmp_path, name, *words)
    whole = prepared(clip, tmp_path / "whole")
    joined = prepared(clip, tmp_path / "joined", crews=2)
    assert len(joined.sharing.folders) >= 3
    assert joined.sharing.stage in joined.stages
    assert not joined.sharing.was_dropped
    assert joined.published == whole.published
    for name, playlist in joined.playlists().items():
        ours, theirs = times_of(playlist), times_of(whole.playlists()[name])
        for what in ("picture", "keys", "sound"):
            assert_same(getattr(ours, what), getattr(theirs, what))
        assert read_playlist(playlist).starts == read_playlist(whole.playlists()[name]).starts
        assert decode(playlist).frames == len(theirs.picture) == counted(playlist)
        assert joined.drafts[name].codecs == whole.drafts[name].codecs
    check_alignment(list(joined.playlists().values()))


def assert_same(ours: Sequence[float], theirs: Sequence[float]) -> None:
    """Judge times; ffmpeg rounds the first one of a picture without a sound to milliseconds."""
    apart = [abs(one - other) for one, other in zip(ours, theirs, strict=True)]
    assert max(apart, default=0.0) < 0.0005


def counted(playlist: Path) -> int:
    """What another project's ffprobe counts."""
    streams = ffprobe(playlist)["streams"]
    rate = Fraction(next(one for one in streams if one["codec_type"] == "video")["avg_frame_rate"])
    return round(read_playlist(playlist).duration * rate)


class Watched(Work):
    """Remembers the segments of what grew, and judges that they stay."""

    shown: dict[str, list[bytes]]

    def publish(self, draft, folder):
        names = read_playlist(folder / "index.m3u8").files[1:]  # beside the initialization
        parts = [(folder / name).read_bytes() for name in names]
        before = self.shown.get(draft.name, [])
        assert parts[: len(before)] == before, draft.name
        if draft.is_growing and self.sharing.folders:
            self.shown[draft.name] = parts
        super().publish(draft, folder)


def test_the_beginning_plays_while_the_rest_is_made_and_stays_as_it_is(tmp_path):
    clip = film(tmp_path, "a.mkv", *picture(size="320x180"), *SOUND, *FOREIGN)
    work = prepared(clip, tmp_path, crews=2, kind=Watched)
    assert list(work.shown) == ["180p"]
    assert len(work.shown["180p"]) == grid.SHORTEST / 4 - 1  # its last segment has no end yet
    assert work.published >= {"180p"}


@pytest.mark.parametrize("lost", ["a frame", "the beginning"])
def test_a_film_that_does_not_go_in_pieces_is_made_in_one(tmp_path, monkeypatch, lost):
    clip = film(tmp_path, "a.mkv", *picture("25", "320x180"), *FOREIGN)
    if lost == "a frame":  # the file promises one rate and keeps another
        clip = Clip(clip.path, replace(clip.probe, frame_rate=24.0))
    else:
        beginning = fragments._beginning
        monkeypatch.setattr(
            fragments, "_beginning", lambda path: beginning(path) + path.read_bytes()[-8:]
        )
    work = prepared(clip, tmp_path, crews=2)
    assert work.sharing.was_dropped
    assert work.remembered["ffmpeg"]["in_one"]
    assert decode(work.playlists()["180p"]).frames == SECONDS * 25
    assert not pieces.pays(work)


UNFIT = {
    "short": {"duration": 59.0},
    "interlaced": {"is_interlaced": True},
    "of an odd rate": {"frame_rate": 29.83},
    "without an index": {"container": "mpegts"},
    "late": {"picture_at": 0.5},
    "of an unknown beginning": {"picture_at": None},
}


@pytest.mark.parametrize("why", UNFIT)
def test_other_films_go_through_one_decode(tmp_path, why):
    work = unmade(tmp_path, **UNFIT[why])
    order = pieces.hand_out(work, plan(work.probe), plan(work.probe).rungs)
    assert (order, work.sharing.handed) == (None, {})


def test_a_long_even_film_is_handed_out_only_where_others_have_cores(tmp_path):
    work = unmade(tmp_path)
    made = plan(work.probe)
    work.sharing.crews = 1
    assert pieces.hand_out(work, made, made.rungs) is None
    work.sharing.crews = 2
    assert pieces.hand_out(work, made, made.rungs) == pieces.order_in_hand(work)
    work.kept = [(0.0, 70.0)]
    assert not pieces.pays(work)
    work.kept = []
    save_settings(plugin="ffmpeg", values={"share_minutes": 0})
    assert not pieces.pays(work)


def unmade(folder: Path, **facts) -> Work:
    """A minute and a half that nobody has to encode."""
    known = {"duration": 90.0, "size": 1, "video_codec": "mpeg4", "width": 640, "height": 360}
    known |= {"container": "matroska,webm", "frame_rate": 25.0, "picture_at": 0.0}
    work = new_work(Clip(folder / "none", Probe(**{**known, **facts})), folder)
    work.sharing = Here(lambda _piece: folder, crews=2)
    return work


@pytest.mark.parametrize("whole", [24, 25, 30, 50, 60])
@pytest.mark.parametrize("slow", [1, Fraction(1000, 1001)])
def test_spans_hold_every_frame_once_and_begin_with_a_segment(whole, slow):
    rate = grid.rate_of(round(float(whole * slow), 3))
    assert rate == whole * slow
    spans = grid.spans(grid.every(3600.0, 60, rate), rate)
    assert [one.last for one in spans[:-1]] == [one.first for one in spans[1:]]
    assert (spans[0].first, spans[-1].last) == (0, None)
    for number, span in enumerate(spans):
        assert (span.first - 1) / rate < 60 * number <= span.first / rate
        times = [float(time) for time in span.key_times().split(",")]
        assert len(times) >= 15
        for segment, time in enumerate(times[:15], start=15 * number):
            first = -(-segment * 4 * rate // 1)  # the first frame that is not before it
            inner = (first - span.first) / rate
            assert float(inner - 1 / rate) < time < inner + Fraction(1, 10**6)


def test_a_span_knows_its_frames():
    span = grid.Span(Fraction(25), 500, 1000)
    assert span.has(500)
    assert not span.has(499)
    last = grid.Span(Fraction(25), 1000, None)
    assert (last.has(1), last.has(0), last.has(25 * 3600)) == (True, False, False)
