"""Makes videos and sounds playable on this machine: HLS by ffmpeg, in the sandbox."""

from core.contract import Manifest
from core.contract.manifest import Setting

from .profiles import CHOICES

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
            "picture in every profile; the sizes below it are encoded.",
        ),
    ),
)
