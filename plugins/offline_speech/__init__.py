"""Writes down what is said, on this machine: a small Whisper model that knows English."""

from core.contract import Manifest, Setting

manifest = Manifest(
    name="offline_speech",
    version="1.0",
    contract=1,
    summary="Writes transcripts on your own machine, without an account; it knows English.",
    settings=[
        Setting(
            "threads",
            "Processor threads",
            kind="integer",
            default=0,
            help="How many a transcription may use; 0 is half of the machine's, at most four.",
        )
    ],
)
