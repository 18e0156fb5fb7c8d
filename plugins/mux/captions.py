"""Captions at Mux are what members read here: a job compares the two and mends what differs.

Our player takes captions from our own gate; Mux's are for players that read its playlists alone:
AirPlay, casting, a browser's own HLS. What lies at Mux says by its ``passthrough`` which asset,
which words and which job it is of, so that a job that dies forgets nothing and adds nothing twice
(docs.mux.com, "Add subtitles and captions to videos").
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.contract.errors import Later, VideoError
from core.jobs.claims import Claim
from core.jobs.services import enqueue
from core.media.models import Asset
from core.media.queries import remembered
from core.media.transcripts.languages import label_of
from core.media.transcripts.queries import captions_by_language
from core.notify.channels import base_url
from core.playback.lending import captions_path

from .account import Account, account_of
from .client import Client

log = structlog.get_logger(__name__)

KIND = "mux.captions"
LOOK_AGAIN = 20.0  # seconds; a webhook comes sooner
GIVE_UP = timedelta(hours=1)  # a file of words takes Mux moments
AT_HOME = (".localhost", ".local", ".internal", ".lan", ".home", ".arpa", ".test", ".invalid")

Marks = Mapping[str, str]  # which words, and in which language


def ask_for(asset_id: UUID | str) -> None:
    """Have Mux's captions of an asset compared with ours; one that waits already is enough."""
    enqueue(
        kind=KIND,
        payload={"asset": str(asset_id)},
        key=key_of(asset_id),
        subject=f"asset:{asset_id}",
    )


def key_of(asset_id: UUID | str) -> str:
    return f"{KIND}:{asset_id}"


def renew(claim: Claim) -> None:
    """Take away what members do not read any more, add what they read now, wait for Mux."""
    asset = Asset.objects.select_related("site").filter(pk=UUID(claim.payload["asset"])).first()
    theirs = remembered(asset, "mux").get("asset") if asset else ""
    if asset is None or not theirs:
        return  # deleted meanwhile, or it has left Mux
    account = account_of(asset.site_id)
    client, wanted = Client(account), _marks(asset)
    found = None if account.lacks else client.asset(theirs)
    if found is None:
        return
    kept = _drop_what_differs(claim, client, found, asset, wanted)
    if _may_fetch(asset, account):
        for mark in wanted.keys() - kept.keys():
            _add(claim, client, theirs, asset, mark=mark, language=wanted[mark])
        if any(kept.get(mark) != "ready" for mark in wanted):
            _wait(claim, asset, wanted)
    with claim.fenced():
        if _marks(asset) != wanted:
            raise Later(1)  # an editor wrote while we were away
        claim.succeed(languages=sorted(wanted.values()))


def _wait(claim: Claim, asset: Asset, wanted: Marks) -> None:
    if now() - claim.job.created_at > GIVE_UP:
        raise VideoError(_not_fetched(asset, *wanted.values()))
    raise Later(LOOK_AGAIN)


def _marks(asset: Asset) -> Marks:
    """Name the words of each language by their digest."""
    said = captions_by_language(asset.pk)
    return {f"{asset.pk}:{_digest(language, text)}": language for language, text in said.items()}


def _digest(language: str, text: str) -> str:
    return sha256(f"{language}\n{text}".encode()).hexdigest()[:16]


def _drop_what_differs(
    claim: Claim, client: Client, found: Any, asset: Asset, wanted: Marks
) -> dict[str, str]:
    """Delete our tracks that nobody wants or that Mux could not read; return the others' states."""
    kept = {}
    for track in found.tracks or []:
        mark, _colon, job = str(track.passthrough or "").rpartition(":")
        if track.type != "text" or not mark.startswith(str(asset.pk)):
            continue  # a picture, a sound, or captions that somebody made at Mux
        if mark in wanted and track.status != "errored":
            kept[mark] = track.status
            continue
        client.drop_captions(found.id, track.id)
        if mark in wanted and job == str(claim.job.pk):
            raise VideoError(_not_fetched(asset, wanted[mark]))
    return kept


def _not_fetched(asset: Asset, *languages: str) -> str:
    return _(
        "Mux could not fetch the captions of “%(title)s” (%(language)s). Check that %(address)s "
        "can be reached from the internet, then save the transcript again."
    ) % {
        "title": asset.title,
        "language": ", ".join(map(label_of, languages)),
        "address": base_url(asset.site),
    }


def _add(
    claim: Claim, client: Client, theirs: str, asset: Asset, *, mark: str, language: str
) -> None:
    client.add_captions(
        theirs,
        url=base_url(asset.site) + captions_path(asset, language),
        language=language,
        name=label_of(language),
        passthrough=f"{mark}:{claim.job.pk}",
    )


def _may_fetch(asset: Asset, account: Account) -> bool:
    """Tell whether Mux reaches us; a site that answers at home alone keeps its captions there."""
    address = base_url(asset.site)
    if is_public(address) or not is_public(account.api_url):
        return True
    log.warning(
        "mux_captions_not_sent",
        asset=str(asset.pk),
        reason=f"Mux cannot reach {address}. Members of this site read their captions all the "
        "same; set BASE_URL to an address on the internet and save the transcript again to have "
        "them in other players too.",
    )
    return False


def is_public(address: str) -> bool:
    """Tell whether an address can be one on the internet, by its name alone."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(AT_HOME)
