"""Asks again, every few seconds, whether a token's member may still see its asset."""

from __future__ import annotations

from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q
from wagtail.models import Page, Site

from core.access.feeds.models import FeedKey
from core.access.services import Decision, may
from core.contract.pieces import Refusal
from core.media.models import Asset

from .memory import ForSeconds
from .tokens import Claims

if TYPE_CHECKING:
    from core.members.models import Member

OPENS = Q(revoked_at=None, suspended_at=None)
NOBODY = Decision(allowed=False, reasons=(Refusal("gone", ""),))


def _seconds() -> float:
    return float(getattr(settings, "PLAYBACK_ENTITLEMENT_SECONDS", 10))


_decisions: ForSeconds[Decision] = ForSeconds(_seconds)


def entitled(claims: Claims) -> Decision:
    """Decide for a token; the answer is at most PLAYBACK_ENTITLEMENT_SECONDS old."""
    who = (claims.member_id, claims.seal, claims.key_id, claims.use == "words")
    key = (*who, claims.site_id, claims.asset_id, claims.page_id)
    return _decisions.get(key, lambda: decide(claims))


def decide(claims: Claims) -> Decision:
    """Decide for a token now."""
    site = Site.objects.select_related("root_page").filter(pk=claims.site_id).first()
    asset = Asset.objects.filter(pk=claims.asset_id).first()
    if site is None or asset is None:
        return NOBODY
    if claims.use == "words":  # a service of ours asks; see core.playback.lending
        return Decision(allowed=asset.site_id == site.pk)
    member = page = None
    if claims.member_id is not None:
        member = get_user_model().objects.filter(pk=claims.member_id, is_active=True).first()
        if member is None or not is_sealed_by(member, claims):
            return NOBODY
    if claims.page_id is not None:
        page = Page.objects.filter(pk=claims.page_id).first()
        if page is None:
            return NOBODY
    if claims.key_id is not None and not FeedKey.objects.filter(OPENS, pk=claims.key_id).exists():
        return NOBODY
    return may(member, asset, site=site, page=page)


def seal_of(member: Member) -> str:
    """Return what ties a token to a member's sign-in; whatever ends their sessions changes it."""
    return _seal(member.get_session_auth_hash())


def is_sealed_by(member: Member, claims: Claims) -> bool:
    """Tell whether a token was granted under the sign-in that ``member`` still has.

    A private feed's token is not: its key stands in for the sign-in, and is revoked by itself.
    """
    if claims.key_id is not None:
        return True
    keyed = (member.get_session_auth_hash(), *member.get_session_auth_fallback_hash())
    return any(compare_digest(_seal(each).encode(), claims.seal.encode()) for each in keyed)


def _seal(session_hash: str) -> str:
    """Digest once more what is keyed already: a token is seen by more eyes than a session."""
    return sha256(b"lectern.seal\0" + session_hash.encode()).hexdigest()[:16]


def forget() -> None:
    """Forget every answer of this process."""
    _decisions.forget()
