"""Writes down what is said, at OpenAI or any server that speaks its API."""

from core.contract import Manifest, Setting

manifest = Manifest(
    name="openai",
    version="1.0",
    contract=1,
    summary="Writes transcripts in nearly every language, at OpenAI or a server like it.",
    settings=[
        Setting("key", "API key", kind="secret", help="Without one the plugin does nothing."),
        Setting(
            "base_url",
            "Address",
            kind="url",
            default="https://api.openai.com/v1",
            help="Of any server that speaks OpenAI's API; it ends before /audio.",
        ),
        Setting(
            "model",
            "Model",
            default="whisper-1",
            help="One that tells the time of every word (verbose_json).",
        ),
        Setting(
            "price",
            "Dollars a minute",
            default="0.006",
            help="What the service asks, for your records.",
        ),
    ],
)
