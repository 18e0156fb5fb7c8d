"""ffmpeg's command lines. Every one reads one file of the formats that are allowed, no other."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import imageio_ffmpeg
from django.conf import settings

from core.contract.providers import Probe
from core.jobs.crews import own_cores

from .cutting import Cut
from .encoders import X264, Encoder, threads_beside
from .grid import Span
from .ladder import FASTEST, LONGEST_GOP, SEGMENT, STEREO, Plan, Rung
from .outputs import ORIGIN, hls, m4a, tee

FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mp3,wav,w64,flac,ogg,aac"
MAX_PIXELS = 8192 * 4320
WHOLE = Cut()
SOFTWARE: Mapping[str, Encoder] = {}
COPY_AAC = ("-c:a", "copy", "-bsf:a", "aac_adtstoasc")  # the filter passes on what is plain AAC
FRAGMENTS = "+frag_keyframe+delay_moov+default_base_moof+skip_trailer"
AUDIO_BITS = "128k"
AUDIO_RATE = 48_000
HELD_BACK = 4  # pictures that are decoded before the first one is shown, where there are B-frames
AT_EACH_KEY_FRAME = 0.1  # seconds; segments are cut there, however soon it comes
CEILING = 0.84  # of full scale, 1.5 dB below: what encoding adds to the peaks does not clip

SPRITE = (160, 90)  # pixels, of one picture in the storyboard
GRID = (5, 5)  # pictures on one sheet
POSTER_SIDE = 1280  # pixels at most

STREAM, SOUND = "stream", "sound"  # the folders a copy writes
SOUND_FILE = "audio.m4a"
SAMPLES = "samples.u8"
SAMPLE_RATE = 8_000  # samples a second


def binary() -> str:
    """The ffmpeg to run: the operator's, the bundled one, or the system's."""
    return str(settings.FFMPEG) or _found()


@cache
def _found() -> str:
    return _bundled() or shutil.which("ffmpeg") or "ffmpeg"


def _bundled() -> str:
    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return ""


def opening(
    source: Path, *, before: Sequence[str] = (), reads: Sequence[Sequence[str]] = ((),)
) -> list[str]:
    """Begin a command: quiet, reporting progress, and held to the one file.

    ``reads`` are the options of each time that it is opened, ``before`` those of all times.
    """
    return [
        binary(),
        *("-nostdin", "-hide_banner", "-loglevel", "error", "-y"),
        *("-progress", "pipe:1", "-stats_period", "0.25"),
        *(word for read in reads for word in source_of(source, before=[*before, *read])),
    ]


def source_of(source: Path, *, before: Sequence[str] = ()) -> list[str]:
    return [
        *("-format_whitelist", FORMATS, "-protocol_whitelist", "file"),
        *("-max_pixels", str(MAX_PIXELS)),
        *before,
        *("-i", str(source)),
    ]


def copy(source: Path, probe: Probe, plan: Plan, folder: Path, cut: Cut = WHOLE) -> list[str]:
    """Package the source as it is, into ``STREAM``; a cut is for a sound alone.

    Sound that browsers may not play is encoded on the way, once: for the stream and as a file.
    """
    streams = ["-map", "0:V:0", "-c:v", "copy"] if probe.has_video else ["-vn"]
    packaged = hls(folder / STREAM, begin=origin(probe))
    if not probe.has_audio or plan.copies_audio:
        streams += ["-map", "0:a:0", *COPY_AAC] if probe.has_audio else []
        return [*opening(source), *streams, *clean(), *packaged.words]
    both = tee((packaged, ""), (m4a(folder / SOUND / SOUND_FILE), "a"))
    return encode_sound(source, plan, folder / SOUND, both, beside=streams, cut=cut)


def encode_sound(
    source: Path,
    plan: Plan,
    folder: Path,
    outputs: Sequence[str],
    *,
    beside: Sequence[str] = (),
    cut: Cut = WHOLE,
) -> list[str]:
    """Mend and encode the sound, behind the streams beside it; its samples go into the folder."""
    graph, joined = cut.sound()
    graph.append(f"{joined}{loudness(plan)},asplit=2[a][samples]")
    return [
        *opening(source, reads=cut.reads),
        *("-filter_complex", ";".join(graph)),
        *(*beside, "-map", "[a]", *aac(), *clean(), *outputs),
        *("-map", "[samples]", *samples(folder)),
    ]


def samples(folder: Path) -> list[str]:
    """Write a sound as plain numbers, to be drawn."""
    return ["-f", "u8", "-ac", "1", "-ar", str(SAMPLE_RATE), str(folder / SAMPLES)]


def encode(
    source: Path,
    probe: Probe,
    plan: Plan,
    rungs: Sequence[Rung],
    folder: Path,
    *,
    seconds: float | None = None,
    cut: Cut = WHOLE,
    by: Mapping[str, Encoder] = SOFTWARE,
    sound: Path | None = None,
) -> list[str]:
    """Decode once, scale down in a cascade, and encode every rung into its own folder.

    With ``seconds`` only so much of the beginning, cut as the whole will be. ``by`` names who
    encodes which rung; x264 does where nobody is named. ``sound`` is theirs, where it is made.
    """
    if seconds:
        plan = replace(plan, lasts=min(plan.lasts, seconds))
    encodes = probe.has_audio and not (plan.copies_audio or sound)
    reads = [["-t", str(seconds)]] if seconds else cut.reads
    copied = f"{len(reads)}:a:0" if sound else "0:a:0"
    held = 0.0 if cut.kept else _held(probe, seconds)
    graph = _pictures(probe, rungs, cut.picture(), held) + (
        _sounds(plan, len(rungs), cut) if encodes else []
    )
    outputs: list[str] = []
    for number, rung in enumerate(rungs):
        encoder = by.get(rung.name, X264)
        graph += [f"[v{number}]{encoder.takes}[h{number}]"] if encoder.takes else []
        picture = "h" if encoder.takes else "v"
        outputs += ["-map", f"[{picture}{number}]", *encoder.options(rung, plan)]
        outputs += threads_beside(rungs, number) if encoder is X264 else []
        if probe.has_audio:
            outputs += ["-map", f"[a{number}]" if encodes else copied]
            outputs += aac() if encodes else COPY_AAC
        seconds_least = AT_EACH_KEY_FRAME if plan.cuts else SEGMENT
        own = hls(folder / rung.name, begin=origin(probe), seconds=seconds_least)
        outputs += [*clean(), *own.words]
    device = next((one.opens for one in by.values() if one.opens), ())
    reads[0] = [*device, *reads[0]]
    opened = opening(source, before=plan.profile.reads, reads=reads)
    opened += source_of(sound) if sound else []
    return [*opened, *_drawn(probe, graph), *outputs]


def piece(
    source: Path, probe: Probe, plan: Plan, rungs: Sequence[Rung], folder: Path, *, span: Span
) -> list[str]:
    """Encode some frames of every rung as the whole would have them: a picture without a sound."""
    graph = _pictures(probe, rungs, span.picture())
    keys = "source" if plan.follows_source else span.key_times()
    outputs: list[str] = []
    for number, rung in enumerate(rungs):
        outputs += [
            "-map",
            f"[v{number}]",
            *X264.options(rung, plan, keys),
            *threads_beside(rungs, number),
            "-fps_mode",
            "cfr",
            *clean(),
        ]
        outputs += ["-f", "mp4", "-movflags", FRAGMENTS, "-write_btrt", "0"]
        outputs += [str(folder / f"{rung.name}.mp4")]
    opened = opening(source, before=plan.profile.reads, reads=[span.reads])
    return [*opened, *_drawn(probe, graph), *outputs]


def sound(source: Path, plan: Plan, file: Path) -> list[str]:
    """Make the sound of all rungs, from the beginning to the end."""
    graph = ["-filter_complex", f"[0:a:0]{loudness(plan)}[a]", "-map", "[a]", *aac()]
    made = ["-map", "0:a:0", *COPY_AAC] if plan.copies_audio else graph
    return [*opening(source), *made, *clean(), "-f", "mp4", str(file)]


def joined(
    picture: Path,
    sounds: Sequence[Path],
    folder: Path,
    *,
    begin: float,
    seconds: float | None = None,
) -> list[str]:
    """Package a joined picture with its sound; with ``seconds`` only so much of both."""
    inputs = [word for one in sounds for word in source_of(one)]
    streams = ["-map", "0:v", *(("-map", "1:a") if sounds else ()), "-c", "copy"]
    end = ["-t", f"{seconds:.6f}"] if seconds else []
    reads = opening(picture, before=["-copyts"])  # each keeps its place beside the other
    return [*reads, *inputs, *streams, *end, *clean(), *hls(folder, begin=begin).words]


def _held(probe: Probe, seconds: float | None = None) -> float:
    """Return for how long the last picture stands, until the sound or ``seconds`` end."""
    lack = probe.picture_lack
    moves = probe.duration - lack
    return lack if seconds is None else min(lack, max(seconds - moves, 0.0))


def _holding(held: float) -> list[str]:
    return [f"tpad=stop_mode=clone:stop_duration={held:.3f}"] if held else []


def _pictures(
    probe: Probe, rungs: Sequence[Rung], opened: tuple[list[str], str], held: float = 0.0
) -> list[str]:
    """Each rung is scaled from the one above it: bicubic, and far cheaper than from the top."""
    graph, whole = opened
    first = ",".join([*mended(probe), *_holding(held), _scale(rungs[0])])
    graph.append(f"{whole}{first}{_split(0, len(rungs))}")
    for number, rung in enumerate(rungs[1:], start=1):
        graph.append(f"[x{number}]{_scale(rung)}{_split(number, len(rungs))}")
    return graph


def _drawn(probe: Probe, graph: Sequence[str]) -> list[str]:
    """Scaling waits for the encoders, not they for it: few threads do; mending takes them all."""
    few = str(max(1, len(own_cores()) // 4))
    threads = [] if mended(probe) else ["-filter_complex_threads", few]
    return [*threads, "-filter_complex", ";".join(graph)]


def _split(number: int, count: int) -> str:
    is_last = number == count - 1
    return f"[v{number}]" if is_last else f",split[v{number}][x{number + 1}]"


def mended(probe: Probe) -> list[str]:
    """Filters in front of everything: fields to frames, wide brightness to narrow, fewer frames."""
    mended = ["bwdif=mode=send_frame"] if probe.is_interlaced else []
    if probe.transfer:
        mended += ["zscale=t=linear:npl=100", "format=gbrpf32le", "zscale=p=bt709"]
        mended += ["tonemap=hable:desat=0", "zscale=t=bt709:m=bt709:r=tv"]
    if probe.frame_rate > FASTEST:
        mended += [f"fps={FASTEST:g}"]
    return mended


def _scale(rung: Rung) -> str:
    return f"scale={rung.width}:{rung.height}:flags=bicubic,format=yuv420p,setsar=1"


def _sounds(plan: Plan, count: int, cut: Cut) -> list[str]:
    outs = "".join(f"[a{number}]" for number in range(count))
    graph, whole = cut.sound()
    return [*graph, f"{whole}{loudness(plan)},asplit={count}{outs}"]


def loudness(plan: Plan) -> str:
    """Filters that make stereo as loud as every other sound; peaks bend instead of breaking."""
    level = f"volume={plan.gain}dB,alimiter=limit={CEILING}:level=0:latency=1"
    begin = ":first_pts=0" if plan.begins_silent else ""
    end = f",apad=whole_dur={plan.lasts:.3f}" if plan.lasts else ""
    return f"aformat=channel_layouts=stereo,{level},aresample={AUDIO_RATE}:async=1{begin}{end}"


def aac() -> list[str]:
    return ["-c:a", "aac", "-b:a", AUDIO_BITS, "-ac", str(STEREO), "-ar", str(AUDIO_RATE)]


def clean() -> list[str]:
    """Nothing of the source's words goes into what members download."""
    return ["-map_metadata", "-1", "-map_chapters", "-1", "-sn", "-dn"]


def origin(probe: Probe) -> float:
    """Return where a source's streams begin, so that nothing is decoded before second 0."""
    return max(ORIGIN, HELD_BACK / probe.frame_rate) if probe.frame_rate else ORIGIN


def stills(
    source: Path, times: Sequence[float], folder: Path, *, is_exact: bool = False
) -> list[str]:
    """Take the key frame before each of some moments, in one run; one frame each is decoded.

    Exactly the moment's own where the key frame may have been cut out.
    """
    near = [] if is_exact else ["-noaccurate_seek"]
    inputs: list[str] = []
    outputs: list[str] = []
    for number, time in enumerate(times):
        inputs += source_of(source, before=[*near, "-ss", f"{time:.3f}"])
        scale = f"scale='min({POSTER_SIDE},iw*sar)':-2:flags=bicubic,setsar=1"
        outputs += ["-map", f"{number}:V:0", "-vf", scale, "-frames:v", "1"]
        outputs += ["-q:v", "3", "-pix_fmt", "yuvj420p", "-update", "1"]
        outputs += [str(folder / f"still-{number}.jpg")]
    head = [binary(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
    return [*head, *inputs, *outputs]


def storyboard(
    source: Path, probe: Probe, every: float, folder: Path, cut: Cut = WHOLE
) -> list[str]:
    """Draw small pictures onto sheets; only key frames are decoded where there are enough."""
    width, height = SPRITE
    fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:flags=bicubic"
    frame = f"pad={width}:{height}:-1:-1,setsar=1"
    filters = f"fps=1/{every:g}:eof_action=pass,{fit},{frame},tile={GRID[0]}x{GRID[1]}"
    drawn = [*("-q:v", "5", "-pix_fmt", "yuvj420p", "-start_number", "0")]
    drawn.append(str(folder / "%03d.jpg"))
    if cut.kept:
        graph, joined = cut.picture()
        graph.append(f"{joined}{filters}[sheets]")
        sheets = ["-filter_complex", ";".join(graph), "-map", "[sheets]"]
        return [*opening(source, reads=cut.reads), *sheets, *drawn]
    enough = 0 < probe.key_frame_interval <= max(LONGEST_GOP, 2 * every)
    reads = opening(source, before=["-skip_frame", "nokey"] if enough else ())
    filters = ",".join([*_holding(_held(probe)), filters])
    return [*reads, "-map", "0:V:0", "-vf", filters, *drawn]
