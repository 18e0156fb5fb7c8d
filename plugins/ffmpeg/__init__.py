"""Makes videos and sounds playable on this machine: HLS by ffmpeg, in the sandbox."""

from core.contract import Manifest
from core.contract.manifest import Setting

from .profiles import AUTOMATICALLY, CHOICES, NEVER

manifest = Manifest(
    name="ffmpeg",
    version="1.0",
    contract=1,
    summary="Prepares videos and audio for playing, on your own machines.",
    needs=("storage",),
    settings=(
        Setting(
            "profile",
            "Quality and speed",
            kind="choice",
            default="balanced",
            choices=CHOICES,
            help="What is prepared from now on. A video that browsers play as it is keeps its own "
            "picture in every profile; all but “Copy” encode smaller sizes beside it.",
        ),
        Setting(
            "also",
            "Also encode as",
            kind="choice",
            default="",
            choices=(("", "Nothing else"), ("av1", "AV1"), ("hevc", "HEVC (H.265)")),
            help="Browsers that play it need fewer bits for one picture. It is done once a new "
            "video plays in H.264, and costs work and room once more. The ffmpeg that comes along "
            "has both; the health check says what this machine’s has.",
        ),
        Setting(
            "hardware",
            "Use graphics hardware",
            kind="choice",
            default=AUTOMATICALLY,
            choices=((AUTOMATICALLY, "Automatically"), (NEVER, "Never")),
            help="NVIDIA, Intel, VA-API or Apple, if it really encodes on the worker’s machine; "
            "what it does not finish is done again in software. The archive profile is always "
            "encoded in software: it makes more of every bit.",
        ),
        Setting(
            "quality",
            "Measure the quality",
            kind="boolean",
            default=True,
            help="The best encoded size of a new video is compared with its original in three "
            "short samples (VMAF); the report shows the score.",
        ),
        Setting(
            "share_minutes",
            "Share longer films among workers",
            kind="integer",
            default=10,
            help="A film of so many minutes or more is encoded by all workers at once, where at "
            "least two have cores of their own. Shorter ones, and all with 0, by one.",
        ),
    ),
)
