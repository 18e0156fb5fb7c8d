"""Makes videos and sounds playable on this machine: HLS by ffmpeg, in the sandbox."""

from core.contract import Manifest

manifest = Manifest(
    name="ffmpeg",
    version="1.0",
    contract=1,
    summary="Prepares videos and audio for playing, on your own machines.",
    needs=("storage",),
)
