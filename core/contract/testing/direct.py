"""Sends a file to a provider as a browser does, and judges what it says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest

from core.contract.direct import DirectVideoProvider
from core.contract.providers import Probe

from .patience import patiently

if TYPE_CHECKING:
    from .clips import Clip

PAGE = "https://lectern.example"
CHUNK = 2**18  # bytes, the smallest there is


def send_directly(provider: DirectVideoProvider, asset: Any, film: Clip) -> Probe:
    """Send a film to an address made for it; ``asset`` remembers what the provider wants."""
    address = provider.new_address(asset, origin=PAGE)
    assert any(covers(one, address.url) for one in provider.upload_origins(asset.site_id))
    assert address.seconds > 0
    asset.provider_data = dict(address.remembered)
    send(address.url, film.path.read_bytes())
    told = patiently(lambda: provider.inspect(asset))
    assert told.duration == pytest.approx(film.probe.duration, abs=0.2)
    assert (told.has_video, told.has_audio) == (film.probe.has_video, film.probe.has_audio)
    return told


def covers(origin: str, url: str) -> bool:
    """Tell whether a source of a content policy ("https://*.example") lets a page send to a URL."""
    scheme, _, host = origin.partition("://")
    parts = urlsplit(url)
    is_within = host.startswith("*.") and parts.netloc.endswith(host[1:])
    return parts.scheme == scheme and (is_within or parts.netloc == host)


def send(url: str, content: bytes) -> None:
    """Send a file as a browser does: first ask, then chunk by chunk."""
    size = len(content)
    starts = range(0, size, CHUNK)
    spans = [(start, min(start + CHUNK, size)) for start in starts]
    _put(url, f"bytes */{size}", b"")
    for start, end in spans:
        _put(url, f"bytes {start}-{end - 1}/{size}", content[start:end])


def _put(url: str, span: str, piece: bytes) -> None:
    answer = httpx.put(url, content=piece, headers={"Content-Range": span})
    assert answer.status_code in {200, 201, 308}
