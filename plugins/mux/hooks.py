"""What the plugin answers to the contract."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.contract import hookimpl
from core.contract.errors import Later, VideoError
from core.contract.pieces import Door, Health
from core.media.models import Asset

from . import captions
from .account import account_of, read
from .client import Client
from .events import MuxEvents
from .provider import FORGET, NAME, Mux
from .signing import sign


@hookimpl
def video_providers() -> Sequence[Mux]:
    return [Mux()]


@hookimpl
def webhook_sources() -> Sequence[MuxEvents]:
    return [MuxEvents()]


@hookimpl
def content_origins(site_id: int) -> Sequence[str]:
    account = account_of(site_id)
    return account.origins if account.plays else []


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(FORGET, _forget, lease=timedelta(seconds=60)),
        Door(captions.KIND, captions.renew, lease=timedelta(seconds=60)),
    ]


@hookimpl
def transcript_ready(asset_id: str, site_id: int, language: str) -> None:
    del site_id, language
    if Asset.objects.filter(pk=UUID(asset_id), provider_data__has_key=NAME).exists():
        captions.ask_for(asset_id)


@hookimpl
def test_connection(values: dict[str, Any]) -> Health:
    account = read(values)
    if account.lacks:
        names = ", ".join(account.lacks)
        words = _("%(names)s is missing.") % {"names": names}
        return Health(ok=False, message=words, remedy=_("Fill it in, then try again."))
    try:
        sign(account, "test", "video", expires_at=time.time())
        client = Client(account)
        client.greet()
        is_known = client.knows_key(account.signing_key_id)
    except VideoError as error:
        return Health(ok=False, message=str(error))
    except Later:
        remedy = _("Check the API address, and whether this machine reaches the internet.")
        return Health(ok=False, message=_("Mux does not answer."), remedy=remedy)
    return _keys_health(is_known=is_known)


def _keys_health(*, is_known: bool | None) -> Health:
    if is_known is None:
        return Health(
            ok=True,
            message=_(
                "Mux answers, and takes our access token. It may not look at signing keys: "
                "the first video shows whether that key is right."
            ),
        )
    if not is_known:
        return Health(
            ok=False,
            message=_("Mux knows no signing key of this ID."),
            remedy=_("Take ID and private key of one of Mux → Settings → Signing keys."),
        )
    return Health(ok=True, message=_("Mux answers, and knows our keys."))


def _forget(claim: Any) -> None:
    client, known = Client(account_of(claim.payload["site"])), claim.payload
    if "asset" in known:
        client.delete(known["asset"])
    else:
        client.cancel(known["upload"])
