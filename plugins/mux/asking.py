"""Asks Mux for what members will see, signed as for them, from a page of the site."""

from __future__ import annotations

import time

import httpx
from wagtail.models import Site

from core.contract.errors import Later
from core.notify.channels import base_url

from .account import Account
from .signing import Kind, sign

LOOK_AGAIN = 20.0  # seconds
VALID = 60  # seconds
TIMEOUT = 10.0
BROWSER = "Mozilla/5.0 (compatible; Lectern)"  # a restriction may refuse programs by their name


def ask(
    account: Account, address: str, playback: str, kind: Kind, *, page: str, **query: str
) -> httpx.Response:
    """Return Mux's answer, whatever it is; raises ``Later`` where there is none."""
    headers = {"Referer": f"{page}/", "User-Agent": BROWSER}
    token = sign(account, playback, kind, expires_at=time.time() + VALID, **query)
    try:
        return httpx.get(address, params={"token": token}, headers=headers, timeout=TIMEOUT)
    except httpx.TransportError as error:
        raise Later(LOOK_AGAIN) from error


def page_of(site_id: int) -> str:
    """Name the site we ask for: a playback restriction counts by the page a film is on."""
    return base_url(Site.objects.get(pk=site_id))
