"""Mux encodes, keeps and plays videos: signed playback, verified webhooks, polling as the net."""

from core.contract import Manifest
from core.contract.manifest import Setting

manifest = Manifest(
    name="mux",
    version="1.0",
    contract=1,
    summary="Prepares and plays videos with an account at Mux.",
    needs=("storage",),
    default_on=False,
    settings=(
        Setting(
            "takes_new",
            "Prepare new videos with Mux",
            kind="boolean",
            default=False,
            help="Videos that are there already stay where they are until they are moved.",
        ),
        Setting(
            "takes_files",
            "Send files straight to Mux",
            kind="boolean",
            default=False,
            help="Browsers send new videos past this server. It keeps no original then: no cut, no "
            "download and no captions written here until a video is moved back, which fetches the "
            "master from Mux.",
        ),
        Setting("token_id", "Access token ID", help="Mux → Settings → Access tokens: Mux Video."),
        Setting("token_secret", "Access token secret", kind="secret"),
        Setting("signing_key_id", "Signing key ID", help="Mux → Settings → Signing keys."),
        Setting(
            "signing_private_key",
            "Signing private key",
            kind="secret",
            help="As Mux shows it (base64), or the PEM file's text.",
        ),
        Setting(
            "webhook_secret",
            "Webhook signing secret",
            kind="secret",
            help="Mux → Settings → Webhooks: let it notify https://<this site>/hooks/mux/",
        ),
        Setting(
            "video_quality",
            "Video quality",
            kind="choice",
            default="plus",
            choices=(("basic", "Basic"), ("plus", "Plus"), ("premium", "Premium")),
        ),
        Setting(
            "max_resolution_tier",
            "Largest picture",
            kind="choice",
            default="1080p",
            choices=(("1080p", "1080p"), ("1440p", "1440p"), ("2160p", "2160p (4K)")),
        ),
        Setting(
            "restriction_id",
            "Playback restriction ID",
            help="Optional: only the pages it names may play. It is written into every token.",
        ),
        Setting(
            "data_key",
            "Mux Data environment key",
            help="Optional: players tell Mux how a play goes, without cookies and without who "
            "watches; not in browsers that ask not to be tracked.",
        ),
        Setting(
            "data_domain",
            "Mux Data domain",
            help="Optional: your own domain for that (“metrics.example.com”).",
        ),
        Setting(
            "minute_price",
            "Price of a minute",
            kind="integer",
            default=0,
            help="What a minute of encoding costs you, in millionths of a dollar; for the report.",
        ),
        Setting("api_url", "API address", kind="url", default="https://api.mux.com"),
        Setting("stream_url", "Stream address", kind="url", default="https://stream.mux.com"),
        Setting("image_url", "Picture address", kind="url", default="https://image.mux.com"),
        Setting(
            "upload_url",
            "Upload address",
            kind="url",
            help="Where direct uploads lie, if not at Mux’s own hosts.",
        ),
    ),
)
