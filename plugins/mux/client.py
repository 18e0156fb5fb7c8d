"""Mux's API through its own library, with the silences of that library made errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mux_python
import urllib3
from django.utils.translation import gettext as _
from mux_python.exceptions import ApiException, ForbiddenException, NotFoundException

from core.contract.errors import Later, VideoError

from .account import Account

SECONDS = (5, 10)  # to connect, to answer: shorter than a claim's lease
AGAIN_AFTER = 15.0  # seconds
BUSY = 429
REFUSED = (401, 403)

_lenient = mux_python.Configuration()
_lenient.client_side_validation = False  # a state that Mux has invented since is no error
mux_python.Configuration.set_default(_lenient)  # models ask no other for it


class Client:
    """The calls this plugin makes. They raise ``VideoError``, or ``Later`` where Mux is away."""

    def __init__(self, account: Account) -> None:
        self.account = account
        configuration = mux_python.Configuration(
            host=account.api_url, username=account.token_id, password=account.token_secret
        )
        configuration.retries = False
        api = mux_python.ApiClient(configuration)
        self._assets = mux_python.AssetsApi(api)
        self._uploads = mux_python.DirectUploadsApi(api)
        self._keys = mux_python.SigningKeysApi(api)

    def new_upload(
        self,
        *,
        passthrough: str,
        title: str,
        is_sound: bool,
        origin: str = "*",
        seconds: int = 86_400,
    ) -> Any:
        """Make a direct upload: an address that takes one file, and the asset's wishes."""
        wishes = {
            "playback_policies": ["signed"],
            "passthrough": passthrough,
            "meta": {"title": title[:512], "external_id": passthrough},
            "video_quality": self.account.video_quality,
            "normalize_audio": True,
            "inputs": [],
        }
        if not is_sound:
            wishes["max_resolution_tier"] = self.account.max_resolution_tier
        request = {"new_asset_settings": wishes, "cors_origin": origin, "timeout": seconds}
        return self._ask(lambda: self._uploads.create_direct_upload(request, **_limits()))

    def upload(self, upload_id: str) -> Any | None:
        """Return a direct upload, or None where Mux knows none of this id."""
        return self._ask(lambda: self._uploads.get_direct_upload(upload_id, **_limits()))

    def asset(self, asset_id: str) -> Any | None:
        """Return an asset, or None where Mux knows none of this id."""
        return self._ask(lambda: self._assets.get_asset(asset_id, **_limits()))

    def cancel(self, upload_id: str) -> None:
        """End a direct upload that nobody sends to any more, with what it has made meanwhile."""
        upload = self.upload(upload_id)
        if upload is not None and upload.asset_id:
            self.delete(upload.asset_id)
        elif upload is not None and upload.status == "waiting":
            self._ask(lambda: self._cancel(upload_id))

    def _cancel(self, upload_id: str) -> Any:
        try:
            return self._uploads.cancel_direct_upload(upload_id, **_limits())
        except ForbiddenException as error:
            upload = self.upload(upload_id)
            if upload is not None and upload.status == "waiting":
                raise  # our token may not
            raise Later(AGAIN_AFTER) from error  # a file came: the next look deletes it

    def open_master(self, asset_id: str) -> None:
        """Have the master made; it may be downloaded for a day."""
        wish = {"master_access": "temporary"}
        self._ask(lambda: self._assets.update_asset_master_access(asset_id, wish, **_limits()))

    def delete(self, asset_id: str) -> None:
        """Delete an asset at Mux; one that is gone already is no error."""
        try:
            self._assets.delete_asset(asset_id, **_limits())
        except NotFoundException:
            return
        except (ApiException, urllib3.exceptions.HTTPError) as error:
            raise _worded(error) from error

    def add_captions(
        self, asset_id: str, *, url: str, language: str, name: str, passthrough: str
    ) -> Any:
        """Have Mux fetch a WebVTT file as a text track; its name is one of a kind there."""
        track = {
            "url": url,
            "type": "text",
            "text_type": "subtitles",
            "language_code": language,
            "name": name,
            "passthrough": passthrough,
        }
        return self._ask(lambda: self._assets.create_asset_track(asset_id, track, **_limits()))

    def drop_captions(self, asset_id: str, track_id: str) -> None:
        """Take a text track away; one that is gone already is no error."""
        try:
            self._assets.delete_asset_track(asset_id, track_id, **_limits())
        except NotFoundException:
            return
        except (ApiException, urllib3.exceptions.HTTPError) as error:
            raise _worded(error) from error

    def greet(self) -> None:
        """Ask for anything at all, to see whether the keys are right."""
        self._ask(lambda: self._assets.list_assets(limit=1, **_limits()))

    def knows_key(self, key_id: str) -> bool | None:
        """Tell whether the account has a signing key; None where our token may not ask.

        That takes a token for Mux System (docs.mux.com, "Signing keys").
        """
        try:
            self._keys.get_signing_key(key_id, **_limits())
        except NotFoundException:
            return False
        except (ApiException, urllib3.exceptions.HTTPError) as error:
            if getattr(error, "status", None) in REFUSED:
                return None
            raise _worded(error) from error
        return True

    def _ask(self, call: Callable[[], Any]) -> Any:
        try:
            answer = call()
        except NotFoundException:
            return None
        except (ApiException, urllib3.exceptions.HTTPError) as error:
            raise _worded(error) from error
        if answer is None:  # the library's word for a status nobody documented
            raise Later(AGAIN_AFTER)
        return answer.data


def _limits() -> dict[str, Any]:
    return {"_request_timeout": SECONDS}


def _worded(error: Exception) -> Exception:
    """Tell what passes (Mux is away or busy) from what an operator must mend."""
    status = getattr(error, "status", None)
    if status in REFUSED:
        return VideoError(_("Mux refuses our access token. Check its ID and secret in Features."))
    if status is None or status == BUSY or status >= 500:  # noqa: PLR2004 - a server's fault
        return Later(AGAIN_AFTER)
    said = str(getattr(error, "body", "") or error)[:300]
    return VideoError(_("Mux did not take this: %(said)s") % {"said": said})
