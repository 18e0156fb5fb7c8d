"""What an operator typed in Features, as one value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from core.contract.queries import settings_of

URLS = ("api_url", "stream_url", "image_url", "upload_url")
KEY = re.compile(r"[a-z0-9]+", re.ASCII)
IS_HERE = re.compile(r"localhost(?::\d+)?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Account:
    """An account at Mux: its keys, its wishes, its addresses (without a final slash)."""

    takes_new: bool
    takes_files: bool
    token_id: str
    token_secret: str
    signing_key_id: str
    signing_private_key: str
    webhook_secret: str
    video_quality: str
    max_resolution_tier: str
    restriction_id: str
    data_key: str
    data_domain: str
    minute_price: int  # millionths of a dollar
    api_url: str
    stream_url: str
    image_url: str
    upload_url: str

    @property
    def lacks(self) -> list[str]:
        """Name the settings without which nothing works."""
        needed = ("token_id", "token_secret", "signing_key_id", "signing_private_key")
        return [name for name in (*needed, "webhook_secret") if not getattr(self, name)]

    @property
    def plays(self) -> bool:
        """Tell whether what lies there can be played, whatever else is missing."""
        return bool(self.signing_key_id and self.signing_private_key)

    @property
    def origins(self) -> list[str]:
        """Return where browsers fetch streams and pictures from, and where they send beacons."""
        urls = {self.stream_url, self.image_url}
        hosts = {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in urls}
        if any(host.endswith(".mux.com") for host in hosts):
            hosts.add("https://*.mux.com")  # segments come from its delivery networks' names
        if self.data_key:
            hosts.add(self._beacons)
        return sorted(hosts)

    @property
    def upload_origins(self) -> list[str]:
        """Return where direct uploads lie: Mux's own hosts, and the bucket its older ones use."""
        own = urlsplit(self.upload_url)
        if own.netloc:
            return [f"{own.scheme}://{own.netloc}"]
        return ["https://*.mux.com", "https://storage.googleapis.com"]

    @property
    def _beacons(self) -> str:
        """Name where Mux Data's library sends to, as it works that out itself."""
        if self.data_domain:
            return f"http{'' if IS_HERE.search(self.data_domain) else 's'}://{self.data_domain}"
        return f"https://{self.data_key if KEY.fullmatch(self.data_key) else 'img'}.litix.io"


def account_of(site: Any) -> Account:
    """Return the account a site uses: its own settings over the deployment's."""
    return read(settings_of("mux", site))


def read(values: Mapping[str, Any]) -> Account:
    """Return the account that ``values`` describe."""
    known: dict[str, Any] = {one.name: values.get(one.name) or "" for one in fields(Account)}
    known |= {name: str(known[name]).rstrip("/") for name in URLS}
    return Account(**known)
