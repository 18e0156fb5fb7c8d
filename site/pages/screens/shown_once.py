"""Tokens of new private addresses: kept in their member's session until a page has shown them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from django.http import HttpRequest

from core.access.feeds.models import FeedKey
from core.contract.vault import SecretUnreadable, seal, unseal

KEPT = "feed_tokens"


def keep(request: HttpRequest, made: Iterable[tuple[FeedKey, str]]) -> None:
    """Keep tokens for the page that comes next.

    They are written at once: whoever clicks twice waits for the transaction around this, and
    finds what the first click made.
    """
    fresh = {str(key.pk): seal(token) for key, token in made}
    if fresh:
        request.session[KEPT] = {**request.session.get(KEPT, {}), **fresh}
        request.session.save()
        request.session.modified = False


def taken(request: HttpRequest, keys: Iterable[FeedKey]) -> list[tuple[FeedKey, str]]:
    """Return those of ``keys`` that were just made, with their tokens, and forget these."""
    kept = request.session.get(KEPT)
    if not kept:
        return []
    found = []
    for key in keys:
        if sealed := kept.pop(str(key.pk), None):
            with suppress(SecretUnreadable):
                found.append((key, unseal(sealed)))
    request.session[KEPT] = kept
    return found
