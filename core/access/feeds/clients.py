"""Who fetches a feed: told apart by a digest, never kept as an address."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import date
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

HOME_NETWORK = 64  # bits: the rest of an IPv6 address changes by the hour
APP = re.compile(r"[A-Za-z][\w .+-]{0,39}", re.ASCII)


def address_of(request: HttpRequest) -> str:
    """Return the network a request came from; the proxies in front are believed, nobody else is.

    Each proxy writes down, at the end, whom it heard: behind ``TRUSTED_PROXIES`` of them the
    client stands so many places from the end.
    """
    peer = _parsed(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXIES
    if proxies > 0 and peer is not None and (peer.is_loopback or peer.is_private):
        heard = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        peer = _parsed(heard[-proxies:][0].strip()) or peer
    if isinstance(peer, IPv6Address):
        return str(IPv6Address(int(peer) >> HOME_NETWORK << HOME_NETWORK))
    return str(peer or "")


def app_of(request: HttpRequest) -> str:
    """Return the name an app gives itself, without its version."""
    found = APP.match(request.META.get("HTTP_USER_AGENT", ""))
    return found.group().strip() if found else ""


def client_digest(*, key_id: int, day: date, address: str, app: str) -> str:
    """Return what tells a key's clients of one day apart: no other day's, no other key's."""
    told = f"{key_id}\0{day.isoformat()}\0{address}\0{app}".encode()
    return hmac.new(_secret(), told, hashlib.sha256).hexdigest()[:32]


def _secret() -> bytes:
    return hashlib.sha256(b"lectern.feeds\0" + str(settings.SECRET_KEY).encode()).digest()


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
