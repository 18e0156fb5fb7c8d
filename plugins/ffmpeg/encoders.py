"""Who encodes a picture: x264 always, AV1 and HEVC for a second ladder, and graphics hardware."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.jobs.crews import own_cores

from .ladder import SEGMENT, Plan, Rung

Options = Callable[[Rung, Plan], list[str]]
NVIDIA = tuple(
    Path(f"/dev/nvidia{name}") for name in ("ctl", "-uvm", "-uvm-tools", "-modeset", "0")
)
CARDS = (Path("/dev/dri"),)
CARD = CARDS[0] / "renderD128"
USUAL = 0.7  # of its cap: what hardware that knows no constant quality aims at

X264_THREADS = 1.5  # a core: what it takes by itself
AV1_PRESETS = {"copy": 10, "fast": 10, "balanced": 10, "archive": 8}
AV1_CRF = 16  # more than x264’s, for a better picture in about half the bits
HEVC_PRESETS = {
    "copy": "ultrafast",
    "fast": "ultrafast",
    "balanced": "superfast",
    "archive": "medium",
}
HEVC_CRF = 3  # the same


@dataclass(frozen=True, slots=True)
class Encoder:
    """One of ffmpeg's encoders, and what it needs around it."""

    name: str  # ffmpeg's
    label: str  # an operator's
    words: Options
    opens: Sequence[str] = ()  # the device, in front of everything
    takes: str = ""  # the filters that hand it its pictures
    devices: Sequence[Path] = ()  # what it may reach in the sandbox
    share: float = 1.0  # of the bits that H.264 may take

    def options(self, rung: Rung, plan: Plan, keys: str = "") -> list[str]:
        """Return ffmpeg's words for one rung; a key frame begins every segment, or ``keys``."""
        cap = round(rung.cap * self.share)
        return [
            *("-c:v", self.name, *self.words(rung, plan)),
            *("-maxrate", str(cap), "-bufsize", str(2 * cap)),
            *("-force_key_frames", keys or _key_frames(plan), "-g", "1000", "-flags", "+cgop"),
            *(() if self.takes else ("-pix_fmt", "yuv420p")),
        ]


def threads_beside(rungs: Sequence[Rung], number: int) -> list[str]:
    """Return how many threads x264 takes for a rung: beside the largest, its share by area.

    More would wait for each other: on two cores that costs two parts in a hundred.
    """
    if number == 0:
        return []
    areas = [rung.width * rung.height for rung in rungs]
    mine = X264_THREADS * len(own_cores()) * areas[number] / sum(areas)
    return ["-threads", str(max(1, round(mine)))]


def _key_frames(plan: Plan) -> str:
    if plan.cuts:
        return ",".join(f"{second:.3f}" for second in plan.cuts)
    return "source" if plan.follows_source else f"expr:gte(t,n_forced*{SEGMENT})"


def _x264(rung: Rung, plan: Plan) -> list[str]:
    del rung
    quality = ["-preset", plan.profile.preset, "-crf", str(plan.profile.crf)]
    return [*quality, "-profile:v", "high", "-sc_threshold", "0"]


def _av1(rung: Rung, plan: Plan) -> list[str]:
    del rung
    preset, crf = AV1_PRESETS[plan.profile.name], plan.profile.crf + AV1_CRF
    return ["-preset", str(preset), "-crf", str(crf), "-svtav1-params", "lp=2:scd=0"]


def _hevc(rung: Rung, plan: Plan) -> list[str]:
    del rung
    preset, crf = HEVC_PRESETS[plan.profile.name], plan.profile.crf + HEVC_CRF
    calm = "log-level=error:scenecut=0:open-gop=0:keyint=1000:pools=2"
    quality = ["-preset", preset, "-crf", str(crf), "-x265-params", calm]
    return [*quality, "-forced-idr", "1", "-tag:v", "hvc1"]


def _nvenc(rung: Rung, plan: Plan) -> list[str]:
    del rung
    quality = ["-preset", "p4", "-rc", "vbr", "-cq", str(plan.profile.crf), "-b:v", "0"]
    return [*quality, "-profile:v", "high", "-forced-idr", "1", "-no-scenecut", "1"]


def _qsv(rung: Rung, plan: Plan) -> list[str]:
    del plan
    aim = ["-preset", "medium", "-b:v", str(round(rung.cap * USUAL))]
    return [*aim, "-profile:v", "high", "-forced_idr", "1", "-adaptive_i", "0"]


def _vaapi(rung: Rung, plan: Plan) -> list[str]:
    del plan
    return ["-rc_mode", "VBR", "-b:v", str(round(rung.cap * USUAL)), "-profile:v", "high"]


def _videotoolbox(rung: Rung, plan: Plan) -> list[str]:
    del plan
    return ["-b:v", str(round(rung.cap * USUAL)), "-profile:v", "high", "-allow_sw", "0"]


X264 = Encoder("libx264", "x264", _x264)
AV1 = Encoder("libsvtav1", "AV1", _av1, share=0.65)
HEVC = Encoder("libx265", "HEVC", _hevc, share=0.7)
SECOND = {"av1": AV1, "hevc": HEVC}

HARDWARE = (
    Encoder("h264_videotoolbox", "Apple VideoToolbox", _videotoolbox),
    Encoder("h264_nvenc", "NVIDIA NVENC", _nvenc, devices=NVIDIA),
    Encoder(
        "h264_qsv",
        "Intel Quick Sync",
        _qsv,
        opens=("-init_hw_device", f"qsv=card,child_device={CARD}", "-filter_hw_device", "card"),
        takes="format=nv12,hwupload=extra_hw_frames=64",
        devices=CARDS,
    ),
    Encoder(
        "h264_vaapi",
        "VA-API",
        _vaapi,
        opens=("-init_hw_device", f"vaapi=card:{CARD}", "-filter_hw_device", "card"),
        takes="format=nv12,hwupload",
        devices=CARDS,
    ),
)
