"""Granting playback: a token for one member and one asset, and how to play with it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from core.access.queries import known
from core.access.services import may, may_play
from core.contract import first
from core.contract.errors import NoProvider, VideoError
from core.contract.pieces import Refusal
from core.media.models import Asset
from core.media.tracks import tracks_of

from .entitlement import decide, seal_of
from .queries import has_download, still_plays
from .remote import lent
from .tokens import Claims, Use, read_token, renewed, write_token

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from wagtail.models import Page, Site

    from core.access.queries import Reach
    from core.contract.providers import PlaybackSource, VideoProvider
    from core.members.models import Member

log = structlog.get_logger(__name__)

CHAIN_SECONDS = 12 * 3600  # so long may a player renew before its page asks anew


@dataclass(frozen=True, slots=True)
class Grant:
    """A token and what to play with it, or why not."""

    token: str = ""
    source: PlaybackSource | None = None
    refusal: Refusal | None = None
    base_url: str = ""
    download_url: str = ""
    edition: int = 0  # whose seconds are played; see core.media.editing


def grant(
    *,
    member: Member | AnonymousUser | None,
    asset: Asset,
    site: Site,
    page: Page | None = None,
    reach: Reach | None = None,
) -> Grant:
    """Return a token for ``member`` and the source to play, or the refusal to show.

    With the member's ``reach`` a ``page`` that is given as it is published costs no query.
    """
    if reach and page:
        decision = may_play(reach, page, asset)
    else:
        decision = may(member, asset, site=site, page=page)
    if not decision:
        return Grant(refusal=decision.reasons[0])
    claims = _claims(member, asset, site, page, "play", _soon())
    download = download_url(member=member, asset=asset, site=site, page=page)
    if asset.kind == Asset.Kind.FILE:
        return Grant(download_url=download)
    if not asset.is_playable:
        return Grant(refusal=_not_yet(asset))
    return _granted(asset, claims, download)


def renew(token: str) -> Grant:
    """Return the next token while its member is still entitled; raises ``BadToken``."""
    claims = read_token(token)
    if claims.use != "play" or time.time() - claims.began_at > CHAIN_SECONDS:
        return _over()
    decision = decide(claims)
    if not decision:
        return Grant(refusal=decision.reasons[0])
    asset = Asset.objects.get(pk=claims.asset_id)
    return _more(asset, renewed(claims, expires_at=_soon()))


def lend(token: str) -> Grant:
    """Return what a device plays by itself, for whoever holds a player's token; see ``remote``.

    Raises ``BadToken``. A provider whose streams are not ours caps the time as it does for players.
    """
    claims = read_token(token)
    decision = decide(claims)
    if claims.use != "play" or not decision:
        return Grant(refusal=decision.reasons[0] if decision.reasons else _not_now())
    asset = Asset.objects.get(pk=claims.asset_id)
    return _more(asset, lent(claims, asset))


def poster_url(member: Member | AnonymousUser | None, asset: Asset, site: Site) -> str:
    """Return the poster's address for ``member``, without a query; "" where there is none.

    It stays the same for some minutes, so that a browser keeps the picture; another poster has
    another address, so that nobody is shown the old one.
    """
    if asset.poster_id is None:
        return ""
    path = _fixed_url(member, asset, site, None, "poster", "poster.jpg")
    return f"{path}?v={asset.poster_id.hex[-8:]}"


def download_url(
    *, member: Member | AnonymousUser | None, asset: Asset, site: Site, page: Page | None = None
) -> str:
    """Return where ``member`` downloads an asset; "" where the page forbids it.

    It costs no query, or one where the asset is cut: that has a download once its file is made.
    A download among a page's resources is offered by being there; a video or a sound only
    where the page says so (``allows_download``).
    """
    offered = asset.kind == Asset.Kind.FILE or getattr(page, "allows_download", False)
    if not offered or not has_download(asset):
        return ""
    return _fixed_url(member, asset, site, page, "download", "download")


def _granted(asset: Asset, claims: Claims, download: str = "") -> Grant:
    token = write_token(claims)
    base_url = _base_url(token, asset)
    try:
        provider = cast("VideoProvider", first("video_providers", name=asset.provider))
        source = provider.playback(asset, base_url=base_url, expires_at=float(claims.expires_at))
    except (NoProvider, VideoError) as error:
        log.warning("not_playable", asset=str(asset.pk), reason=str(error))
        return Grant(refusal=_not_now(), download_url=download)
    beside = (*source.tracks, *tracks_of(asset, base_url))
    whole = replace(source, tracks=beside)
    return Grant(token, whole, None, base_url, download, claims.edition)


def _more(asset: Asset, claims: Claims) -> Grant:
    """Grant more of what is watched; where another version plays by now, while ours is at the gate.

    Else the page's own grant is to be asked: it tells of the version that plays.
    """
    granted = _granted(asset, claims)
    if claims.edition == asset.edition or granted.source is None:
        return granted
    is_ours = granted.source.url.startswith(granted.base_url)
    return granted if is_ours and still_plays(asset, claims.edition) else _over()


def _over() -> Grant:
    return Grant(refusal=Refusal("expired", _("Open the page again to go on.")))


def of_edition(granted: Grant, asset: Asset, edition: int) -> Grant:
    """Return a grant for another version of the asset, one that is kept, for its editors."""
    claims = replace(read_token(granted.token), edition=edition, kid="")
    return _granted(asset, claims)


def _fixed_url(  # noqa: PLR0917 - one caller a use
    member: Member | AnonymousUser | None,
    asset: Asset,
    site: Site,
    page: Page | None,
    use: Use,
    name: str,
) -> str:
    """The end of the validity is rounded, hence the same words sign to the same address."""
    span = _span()
    ends = (int(time.time()) // span + 2) * span
    token = write_token(_claims(member, asset, site, page, use, ends))
    return _base_url(token, asset) + name


def _claims(  # noqa: PLR0917 - a token's parts, in their order
    member: Member | AnonymousUser | None,
    asset: Asset,
    site: Site,
    page: Page | None,
    use: Use,
    expires_at: int,
) -> Claims:
    person = known(member)
    return Claims(
        member_id=person.pk if person else None,
        site_id=site.pk,
        asset_id=asset.pk,
        page_id=page.pk if page else None,
        expires_at=expires_at,
        began_at=int(time.time()) if use == "play" else expires_at,
        use=use,
        seal=seal_of(person) if person else "",
        edition=asset.edition if use == "play" else 0,
    )


def _base_url(token: str, asset: Asset) -> str:
    return f"/p/{token}/{asset.pk}/"


def _soon() -> int:
    return int(time.time()) + _span()


def _span() -> int:
    return int(getattr(settings, "PLAYBACK_TOKEN_SECONDS", 300))


def _not_now() -> Refusal:
    return Refusal(
        "unplayable",
        _("This video cannot be played at the moment."),
        _("Try again later. If it stays so, tell us."),
    )


def _not_yet(asset: Asset) -> Refusal:
    if asset.status == Asset.Status.FAILED:
        return Refusal("failed", _("This video could not be prepared."), _("We know, and mend it."))
    return Refusal("not_ready", _("This video is still being prepared."), _("Try again soon."))
