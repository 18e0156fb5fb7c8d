"""Fetching a file from the web for somebody: public addresses only, capped, never through a proxy.

A name is resolved once, every address it has must be public, and the connection goes to that
address: a name that answers differently the second time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings
from django.utils.translation import gettext as _

from core.contract.errors import PermanentError

from .errors import MediaError

HOPS = 20  # redirects: each service that counts a show's listeners adds one
BUSY, SERVER_ERROR = {408, 425, 429}, 500
CHUNK = 1 << 16
PATIENCE = httpx.Timeout(20.0)
AGENT = "Lectern/1 (podcast import)"
Address = IPv4Address | IPv6Address


class CannotFetch(MediaError, PermanentError):
    """An address is none we fetch from, or what it gave is not what was asked for."""


class FetchFailed(MediaError):
    """A server was not there, or not up to it; the same may work a minute later."""


def fetch(
    url: str,
    into: Path,
    *,
    most: int,
    seconds: float,
    on_progress: Callable[[float], None] | None = None,
) -> str:
    """Write what ``url`` gives to a file and return its content type.

    ``most`` bytes within ``seconds``; ``on_progress`` is told the fraction (0 where nobody says
    how much there is), and what it raises stops the fetch. Raises ``CannotFetch``, or
    ``FetchFailed`` where another attempt may help.
    """
    deadline = time.monotonic() + seconds
    with _answer(url) as answer, into.open("wb") as file:
        total = int(answer.headers.get("Content-Length") or 0)
        if total > most:
            raise CannotFetch(_("This file is too large to bring in."))
        for got in _chunks(answer, deadline, most):
            file.write(got)
            if on_progress:
                on_progress(min(1.0, file.tell() / total) if total else 0.0)
        return str(answer.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def _chunks(answer: httpx.Response, deadline: float, most: int) -> Iterator[bytes]:
    received = 0
    try:
        for chunk in answer.iter_bytes(CHUNK):
            received += len(chunk)
            if received > most:
                raise CannotFetch(_("This file is too large to bring in."))
            if time.monotonic() > deadline:
                raise FetchFailed(_("That server sends too slowly. Try again later."))
            yield chunk
    except httpx.HTTPError as error:
        raise FetchFailed(_("The connection to that server broke off. Try again.")) from error


@contextmanager
def _answer(url: str) -> Iterator[httpx.Response]:
    """Follow redirects by hand, each checked like the first address."""
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=PATIENCE) as client:
        for _hop in range(HOPS + 1):
            answer = _sent(client, url)
            try:
                if not answer.is_redirect:
                    if not answer.is_success:
                        raise _refusal(answer.status_code)
                    yield answer
                    return
                url = urljoin(url, answer.headers.get("Location", ""))
            finally:
                answer.close()
    raise CannotFetch(_("That address leads from one to the next without an end."))


def _refusal(code: int) -> MediaError:
    words = _("That server answered %(code)d. Check the address.") % {"code": code}
    return FetchFailed(words) if code in BUSY or code >= SERVER_ERROR else CannotFetch(words)


def _sent(client: httpx.Client, url: str) -> httpx.Response:
    host, port, target, is_safe = _parts(url)
    address = public_address(host, port)
    literal = f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IP's
    request = client.build_request(
        "GET",
        f"{'https' if is_safe else 'http'}://{literal}:{port}{target}",
        headers={"Host": urlsplit(url).netloc.rpartition("@")[2], "User-Agent": AGENT},
        extensions={"sni_hostname": host},
    )
    try:
        return client.send(request, stream=True)
    except httpx.HTTPError as error:
        raise FetchFailed(_("That server cannot be reached. Check the address.")) from error


def _parts(url: str) -> tuple[str, int, str, bool]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _none() from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise _none()
    is_safe = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname, port or (443 if is_safe else 80), target, is_safe


def public_address(host: str, port: int) -> Address:
    """Return an address of a host all of whose addresses are public; raises ``CannotFetch``."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotFetch(_("There is no server of that name. Check the address.")) from error
    addresses = [ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not addresses or not all(_is_public(one) for one in addresses):
        raise _none()
    return addresses[0]


def _is_public(address: Address) -> bool:
    mapped: Any = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    real: Address = mapped or address
    if any(real in ip_network(one) for one in settings.FETCH_FROM_PRIVATE):
        return True
    return real.is_global and not real.is_multicast and not real.is_reserved


def _none() -> CannotFetch:
    return CannotFetch(_("This is no public web address. It begins with https://."))
