"""The master playlist: what is published, in an order a player starts well with."""

from core.media.models import Rendition
from core.playback.playlists import master
from core.storage.models import StoredObject


def rung(name, height=None, rate=None, **more):
    more = {"object": StoredObject(key="x"), "bit_rate": rate, **more}
    width = height * 16 // 9 if height else None
    return Rendition(name=name, height=height, width=width, **more)


def names(*rungs):
    return [line.split("/")[0] for line in master(rungs).splitlines() if not line.startswith("#")]


def test_a_player_starts_with_the_tallest_small_rung():
    ladder = [
        rung("1080p", 1080, 5),
        rung("240p", 240, 1),
        rung("720p", 720, 3),
        rung("480p", 480, 2),
    ]
    assert names(*ladder) == ["480p", "240p", "720p", "1080p"]


def test_with_large_rungs_only_it_starts_with_the_least():
    assert names(rung("1080p", 1080, 5), rung("720p", 720, 3)) == ["720p", "1080p"]


def test_sound_alone_comes_last_and_stands_alone_for_audio():
    sound = rung("audio", None, 1, kind="audio")
    assert names(sound, rung("360p", 360, 2)) == ["360p", "audio"]
    assert names(sound) == ["audio"]


def test_what_still_grows_is_listed_only_where_nothing_is_whole():
    growing = [rung("720p", 720, 3, is_growing=True), rung("240p", 240, 1, is_growing=True)]
    assert names(*growing) == ["240p", "720p"]
    assert names(*growing, rung("1080p", 1080, 5)) == ["1080p"]


def test_what_cannot_be_streamed_is_not_listed():
    assert names(rung("file", 720, kind="file"), rung("gone", 360, object=None)) == []


def test_unknown_values_are_left_out_and_the_bandwidth_is_always_there():
    assert master([rung("360p", 360, None)]).splitlines()[3] == (
        "#EXT-X-STREAM-INF:BANDWIDTH=1333333,RESOLUTION=640x360"
    )
    assert "BANDWIDTH=800000,AVERAGE-BANDWIDTH=600000" in master(
        [rung("360p", 360, average_bit_rate=600_000)]
    )


def coded(name, height, codecs):
    return rung(f"{height}p{name}", height, height, codecs=f"{codecs},mp4a.40.2")


def test_another_codec_follows_once_it_goes_as_high_as_what_everybody_plays():
    ladder = [coded("", height, "avc1.64001f") for height in (240, 480, 1080)]
    begun = [coded("-av1", height, "av01.0.08M.08") for height in (240, 480)]
    assert names(*ladder, *begun) == ["480p", "240p", "1080p"]
    whole = [*begun, coded("-av1", 1080, "av01.0.08M.08")]
    assert names(*whole, *ladder) == ["480p", "240p", "1080p", "240p-av1", "480p-av1", "1080p-av1"]
    assert 'CODECS="av01.0.08M.08,mp4a.40.2"' in master([*ladder, *whole])
    assert names(*begun) == ["480p-av1", "240p-av1"]  # what is all there is must be told
