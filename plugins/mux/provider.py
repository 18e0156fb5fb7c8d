"""The video provider: send the original, wait without a worker, fetch pictures, play signed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from django.db import transaction
from django.utils.translation import gettext as _

from core.contract.direct import DirectAddress
from core.contract.errors import Later, VideoError
from core.contract.providers import (
    PlaybackSource,
    Probe,
    RenditionDraft,
    StageSpec,
    VideoWork,
)
from core.jobs.services import enqueue
from core.media.queries import OF, remembered

from . import captions, direct
from .account import Account, account_of
from .client import Client
from .pictures import fetch_poster, fetch_storyboard
from .sending import Gone, send
from .signing import LONGEST, sign
from .trial import check_playing

OBSERVER = "mux/player/data"  # static/mux/js/player/data.js
HLS = "application/vnd.apple.mpegurl"
NAME = "mux"
FORGET = "mux.forget"
LOOK_AGAIN = 20.0  # seconds; a webhook comes sooner
GIVE_UP = 24 * 3600  # seconds after which Mux has lost it
MOST_GONE = 5  # addresses that take nothing, one after another
LONGEST_FILM = 12 * 3600  # seconds; Mux takes no more


class Mux:
    """Sends originals to Mux and plays what it made of them."""

    name = NAME
    label = "Mux"

    def wants_new(self, site: Any) -> bool:
        account = account_of(site)
        return account.takes_new and not account.lacks

    def accepts(self, probe: Probe) -> str:
        if not (probe.has_video or probe.has_audio):
            return _("The file holds neither a picture nor a sound. Export it again.")
        if probe.duration > LONGEST_FILM:
            return _("Mux takes at most 12 hours. Cut the file, then upload its parts.")
        return ""

    def stages(self, probe: Probe) -> Sequence[StageSpec]:
        stages = [StageSpec("send", _("Sending to Mux")), StageSpec("encode", _("Mux encodes"))]
        if probe.has_video:
            stages.append(StageSpec("poster", _("Fetching the poster")))
            stages.append(StageSpec("storyboard", _("Fetching the preview")))
        return stages

    def prepare(self, work: VideoWork) -> None:
        account = _ready_account(work.site_id)
        client = Client(account)
        work.take_turn()
        if NAME not in work.published or not _known(work).get("playback"):
            if not _known(work).get("is_sent"):
                _send(work, client)
            asset = _encoded(work, client)
            captions.ask_for(work.asset_id)  # those that are written already
            check_playing(work, account, _signed_of(asset), lambda: _wait(work, asset))
            _publish(work, asset)
        _tell_cost(work, client, account)
        if work.probe.has_video:
            _fetch_pictures(work, account)

    def playback(self, asset: Any, *, base_url: str, expires_at: float) -> PlaybackSource:
        account = account_of(asset.site_id)
        playback = remembered(asset, NAME).get("playback")
        if not playback or not account.plays:
            raise VideoError(_("Mux has nothing of this file, or its signing key is missing."))
        ends = min(expires_at, time.time() + LONGEST)
        token = sign(account, playback, "video", expires_at=ends)
        return PlaybackSource(
            url=f"{account.stream_url}/{playback}.m3u8?token={token}",
            content_type=HLS,
            expires_at=ends,
            duration=asset.duration or 0.0,
            poster=f"{base_url}poster.jpg" if asset.poster_id else "",
            storyboard=f"{base_url}storyboard/storyboard.vtt" if asset.storyboard_id else "",
            extra={"renew": "query", **_observer(account)},
        )

    def forget(self, asset: Any) -> None:
        """Delete at Mux too, by a job: Mux may be away at this moment."""
        known = asset.provider_data.get(NAME, {})
        what = "asset" if known.get("asset") else "upload"
        if known.get(what):
            _forget_later(asset.site_id, **{what: known[what]})

    # --- straight from browsers ---------------------------------------------------------------

    def takes_files(self, site: Any) -> bool:
        return account_of(site).takes_files and self.wants_new(site)

    def upload_origins(self, site: Any) -> Sequence[str]:
        return account_of(site).upload_origins

    def new_address(self, asset: Any, *, origin: str) -> DirectAddress:
        return direct.new_address(Client(_ready_account(asset.site_id)), asset, origin)

    def inspect(self, asset: Any) -> Probe:
        return direct.inspect(Client(_ready_account(asset.site_id)), asset)

    def fetch_original(self, asset: Any, folder: Path, *, tick: Callable[[], None]) -> Path:
        client = Client(_ready_account(asset.site_id))
        return direct.fetch_original(client, asset, folder, tick)


def _forget_later(site_id: int, **what: str) -> None:
    (number,) = what.values()
    enqueue(kind=FORGET, payload={**what, "site": site_id}, key=f"{FORGET}:{number}")


def _observer(account: Account) -> dict[str, Any]:
    if not account.data_key:
        return {}
    told = {"module": OBSERVER, "key": account.data_key, "domain": account.data_domain}
    return {"observer": told}


def _ready_account(site_id: int) -> Account:
    account = account_of(site_id)
    if account.lacks:
        names = ", ".join(account.lacks)
        raise VideoError(
            _("Mux is not set up: %(names)s is missing. Fill it in under Features.")
            % {"names": names}
        )
    return account


def _known(work: VideoWork) -> Mapping[str, Any]:
    known: Mapping[str, Any] = work.remembered.get(NAME, {})
    return known


def _note(work: VideoWork, **values: Any) -> None:
    work.remember(**{NAME: {**_known(work), **values}})


def _send(work: VideoWork, client: Client) -> None:
    """Send the original to a direct upload; what has arrived there is not sent again."""
    work.stage("send")
    _began(work)
    upload = client.upload(_known(work)["upload"]) if _known(work).get("upload") else None
    _check_taken(work, upload)
    if upload is None or upload.status not in {"waiting", "asset_created"}:
        upload = client.new_upload(
            passthrough=work.asset_id, title=work.title, is_sound=not work.probe.has_video
        )
        _note(work, upload=upload.id)
    if upload.status == "waiting":
        size = work.source.stat().st_size
        try:
            send(upload.url, work.source, lambda sent: work.progress(sent / size))
        except Gone as gone:
            _send_elsewhere(work, gone)
    _note(work, is_sent=True, gone=0)


def _send_elsewhere(work: VideoWork, gone: Gone) -> NoReturn:
    """Have the next look ask for another address, a few times."""
    times = _known(work).get("gone", 0) + 1
    _note(work, upload="", gone=times % MOST_GONE)
    if times >= MOST_GONE:
        raise VideoError(
            _("Mux takes the file at none of its addresses. Try again later, or ask Mux.")
        ) from gone
    raise Later(1) from gone


def _check_taken(work: VideoWork, upload: Any) -> None:
    """A file that Mux refused is not sent again by itself."""
    if upload is None or upload.status != "errored":
        return
    _note(work, upload="", is_sent=False, began=0)
    said = (upload.error and upload.error.message) or ""
    raise VideoError(
        _("Mux did not take this file. %(said)s Export it again, then upload it.") % {"said": said}
    )


def _began(work: VideoWork) -> float:
    """Return since when this is tried; what is sent anew meanwhile does not begin anew."""
    if not _known(work).get("began"):
        _note(work, began=time.time())
    return float(_known(work)["began"])


def _encoded(work: VideoWork, client: Client) -> Any:
    """Return Mux's asset once it can be played; until then raise ``Later``."""
    work.stage("encode")
    asset_id = _known(work).get("asset") or _asset_of_upload(work, client)
    asset = client.asset(asset_id)
    if asset is None:
        _note(work, asset="", upload="", is_sent=False)
        _check_time(work)
        raise Later(1)  # deleted at Mux while we waited: send it anew
    if asset.status == "errored":
        _begin_anew(work, asset_id)
        said = " ".join((asset.errors and asset.errors.messages) or [])
        raise VideoError(
            _("Mux could not prepare this file. %(said)s Export it again, then upload it.")
            % {"said": said}
        )
    if asset.status != "ready":
        _wait(work, asset)
    return asset


def _begin_anew(work: VideoWork, asset_id: str) -> None:
    """Let go of what came to nothing, so that a retry sends the file again, where it is here."""
    if not _known(work).get(OF):
        return
    with transaction.atomic():
        _note(work, asset="", upload="", is_sent=False, playback="", began=0)
        _forget_later(work.site_id, asset=asset_id)


def _asset_of_upload(work: VideoWork, client: Client) -> str:
    upload = client.upload(_known(work)["upload"])
    _check_taken(work, upload)
    if upload is None or upload.status in {"cancelled", "timed_out"}:
        _note(work, upload="", is_sent=False)
        _check_time(work)
        raise Later(1)
    if not upload.asset_id:
        _wait(work, None)
    _note(work, asset=upload.asset_id)
    return str(upload.asset_id)


def _check_time(work: VideoWork) -> None:
    if time.time() - _began(work) > GIVE_UP:
        _note(work, began=0)
        raise VideoError(_("Mux has not finished this within a day. Try again, or ask Mux."))


def _wait(work: VideoWork, asset: Any) -> NoReturn:
    _check_time(work)
    done = asset.progress.progress if asset is not None and asset.progress else 0
    work.progress(min(max(done / 100, 0.0), 1.0))
    raise Later(LOOK_AGAIN)


def _signed_of(asset: Any) -> str:
    return next(str(one.id) for one in asset.playback_ids if str(one.policy) == "signed")


def _publish(work: VideoWork, asset: Any) -> None:
    _note(work, playback=_signed_of(asset), began=0)
    picture = next((track for track in asset.tracks or [] if track.type == "video"), None)
    draft = RenditionDraft(
        name=NAME,
        width=getattr(picture, "max_width", 0) or 0,
        height=getattr(picture, "max_height", 0) or 0,
        frame_rate=max(getattr(picture, "max_frame_rate", 0) or 0, 0),
        kind="hls" if picture else "audio",
        duration=asset.duration or work.probe.duration,
    )
    work.publish(draft, None)


def _tell_cost(work: VideoWork, client: Client, account: Account) -> None:
    """Tell what it cost, unless that was done; a worker may have died before."""
    number = _known(work).get("asset")
    asset = client.asset(number) if number and number != _known(work).get("told") else None
    if asset is None:
        return
    minutes = (asset.duration or 0) / 60
    work.spend(
        "encode",
        key=f"mux:{asset.id}",
        service="mux",
        micros=round(minutes * account.minute_price),
        what=f"encoding {account.video_quality}",
        quantity=round(minutes, 3),
        unit="minute",
    )
    _note(work, told=number)


def _fetch_pictures(work: VideoWork, account: Account) -> None:
    playback = _known(work)["playback"]
    for name, fetch in (("poster", fetch_poster), ("storyboard", fetch_storyboard)):
        if name not in work.published:
            work.stage(name)
            fetch(work, account, playback)
