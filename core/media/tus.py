"""Resumable uploads over HTTP: tus 1.0 at ``/uploads/``, for signed-in editors of this site.

Extensions: creation, creation-with-upload, expiration, termination, checksum. Other origins are
kept out: every request needs a header that a foreign page may not send without our leave (we never
give it), and what the browser says of the request's origin must be this site.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from functools import wraps
from importlib import import_module
from typing import Any, cast
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from wagtail.models import Site

from core.contract.errors import NoProvider, StorageError, StorageFull

from . import services
from .editing import ranges
from .editing.services import refuse_replacing
from .errors import (
    ChecksumMismatch,
    MediaError,
    NoRoom,
    Superseded,
    TooLarge,
    UploadGone,
    UploadRefused,
    WrongOffset,
)
from .models import Asset, Upload
from .permissions import may_send, may_upload, policy, shelf_for
from .services.uploads import may_fill

log = structlog.get_logger(__name__)

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,termination,checksum"
ALGORITHMS = ("sha1", "sha256", "md5")
BODY = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
LONGEST_METADATA = 8192

STATUS: Mapping[type[MediaError], int] = {
    TooLarge: 413,
    UploadRefused: 400,
    NoRoom: 507,
    UploadGone: 410,
    WrongOffset: 409,
    Superseded: 409,
    ChecksumMismatch: CHECKSUM_MISMATCH,
}

View = Callable[..., HttpResponse]


class _Answer(Exception):
    """Ends a request early with a status and a sentence."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def tus(view: View) -> View:
    """Check version, origin and session, and turn this room's errors into HTTP."""

    @csrf_exempt  # see the module's docstring: the header and the origin stand in for the token
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            _refuse_foreign(request)
            if request.method == "OPTIONS":
                return _told(HttpResponse(status=204))
            _refuse_version(request)
            response = view(request, *args, **kwargs)
        except _Answer as answer:
            response = _words(answer.status, str(answer))
        except MediaError as error:
            response = _words(STATUS.get(type(error), 400), str(error))
        except StorageError as error:
            response = _not_stored(request, error, str(error))
        except NoProvider as error:
            response = _not_stored(request, error, _nobody_there())
        return _told(response)

    return wrapped


def _not_stored(request: HttpRequest, error: Exception, words: str) -> HttpResponse:
    """What has arrived waits as it is: sending its last byte once more, or HEAD, tries again.

    HEAD is answered 423: at any other refusal of it, tus-js-client begins anew from byte 0.
    """
    log.warning("upload_not_stored", reason=str(error))
    if request.method == "HEAD":
        return _words(423, words)
    return _words(507 if isinstance(error, StorageFull) else 503, words)


def _nobody_there() -> str:
    return _(
        "Nothing can be stored for this site now: the plugin that keeps its files is off. "
        "Ask the operator, then try again."
    )


def _words(status: int, words: str) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")


def _told(response: HttpResponse) -> HttpResponse:
    response["Tus-Resumable"] = VERSION
    response["Tus-Version"] = VERSION
    response["Tus-Extension"] = EXTENSIONS
    response["Tus-Max-Size"] = str(services.largest_upload())
    response["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _refuse_foreign(request: HttpRequest) -> None:
    told = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "")
    is_ours = not origin or urlsplit(origin).netloc == request.get_host()
    if told not in ("same-origin", "none") or not is_ours:
        raise _Answer(403, _("Uploads are taken from this site’s own pages only."))


def _refuse_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise _Answer(412, _("This server speaks tus 1.0.0."))


def _member(request: HttpRequest) -> Any:
    """Find who is signed in; the short stack in front of this door has no session of its own."""
    if not hasattr(request, "session"):
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    member = get_user(request)
    if not member.is_authenticated:
        raise _Answer(401, _("Sign in again, then resume the upload."))
    return member


def _site(request: HttpRequest, asked: str) -> Site:
    """Find the site an upload is for: the one its description names, else the address's."""
    if asked:
        site = Site.objects.filter(pk=int(asked)).first() if asked.isdecimal() else None
    else:
        site = Site.find_for_request(request)
    if site is None:
        raise _Answer(404, _("No site answers to this address."))
    return site


# --- creation -----------------------------------------------------------------------------


@tus
def uploads(request: HttpRequest) -> HttpResponse:
    """Begin an upload, with its first bytes where the client sends them along."""
    if request.method != "POST":
        raise _Answer(405, _("Begin an upload with POST."))
    words = _metadata(request.headers.get("Upload-Metadata", ""))
    member, site = _member(request), _site(request, words.get("site", ""))
    collection = shelf_for(member, words.get("collection", ""))
    if not may_upload(member, site) or collection is None:
        raise _Answer(403, _("You may not add media here. Ask an editor to let you."))
    told = {
        "site": site,
        "member": member,
        "file_name": words.get("filename", words.get("name", "")),
        "size": _number(request, "Upload-Length"),
        "content_type": words.get("filetype", words.get("type", "")),
        "title": words.get("title", ""),
        "kind": words.get("kind", Asset.Kind.VIDEO),
        "collection": collection,
        "asset": _named_asset(words.get("asset", ""), site, member),
        "replaces": _replaces(words),
    }
    _may_replace(told)
    return _begun_direct(request, told) if "direct" in words else _begun(request, told)


def _may_replace(told: dict[str, Any]) -> None:
    """Refuse before a byte is sent; where the former file failed, another one simply fills."""
    asset = told["asset"]
    if asset is None or told["replaces"] is None:
        return
    if may_fill(asset):
        told["replaces"] = None
    else:
        refuse_replacing(asset)


def _begun_direct(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    """Answer with the address to send to instead, or 204: nothing is begun, send it to us."""
    origin = f"{request.scheme}://{request.get_host()}"
    upload = None if told["replaces"] else services.start_direct(origin=origin, **told)
    return HttpResponse(status=204) if upload is None else _created(upload)


def _begun(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    upload = services.start_upload(**told)
    response = _created(upload)
    if request.headers.get("Content-Type") == BODY:
        response["Upload-Offset"] = str(_take(request, upload, 0))
    return response


def _created(upload: Upload) -> HttpResponse:
    response = HttpResponse(status=201)
    response["Location"] = reverse("media_upload", args=[upload.pk])
    response["Lectern-Asset"] = str(upload.asset_id)
    response["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    if upload.direct:
        response["Lectern-Direct"] = upload.direct
    return response


def _metadata(header: str) -> dict[str, str]:
    """Read ``key base64,key base64``."""
    words = {}
    try:
        for pair in filter(None, header[:LONGEST_METADATA].split(",")):
            key, _space, value = pair.strip().partition(" ")
            words[key] = base64.b64decode(value, validate=True).decode()
    except ValueError as error:
        raise _Answer(400, _("The upload’s description cannot be read.")) from error
    return words


def _number(request: HttpRequest, header: str) -> int:
    value = request.headers.get(header, "")
    if not (value.isascii() and value.isdigit() and len(value) < 16):  # noqa: PLR2004 - a petabyte
        raise _Answer(400, _("%(header)s must be a number of bytes.") % {"header": header})
    return int(value)


def _named_asset(name: str, site: Site, member: Any) -> Asset | None:
    if not name:
        return None
    mine = policy.instances_user_has_permission_for(member, "change").filter(site=site)
    try:
        return cast("Asset", mine.get(pk=UUID(name)))
    except (ValueError, Asset.DoesNotExist):
        raise _Answer(404, _("The asset this file belongs to is not here any more.")) from None


def _replaces(words: dict[str, str]) -> dict[str, Any] | None:
    """Read how a replacing file lies: ``offset`` in seconds, ``removed`` as ``10-20,30.5-40``."""
    if "replaces" not in words:
        return None
    try:
        parts = [one.split("-") for one in words.get("removed", "").split(",") if one.strip()]
        removed = ranges.spans(parts)
        offset = ranges.shift(float(words.get("offset") or 0))
    except ValueError:
        raise _Answer(400, _("How the new file lies can't be read. Write seconds.")) from None
    return {"offset": offset, "removed": [list(one) for one in removed]}


# --- one upload ---------------------------------------------------------------------------


@tus
def upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Say how far an upload is (HEAD), append to it (PATCH), or end it (DELETE).

    POST says that a file which went straight to its provider has arrived there.
    """
    verbs: dict[str, Callable[[HttpRequest, Upload], HttpResponse]] = {
        "HEAD": _head,
        "PATCH": _patch,
        "DELETE": _delete,
        "POST": _arrived,
    }
    verb = verbs.get(request.method or "")
    if verb is None:
        raise _Answer(405, _("Use HEAD, PATCH, POST or DELETE here."))
    return verb(request, _mine(request, upload_id))


def _mine(request: HttpRequest, upload_id: UUID) -> Upload:
    """Find the member's own upload; another's looks like none.

    Whoever may send it no more may still end it.
    """
    member = _member(request)
    rows = Upload.objects.select_related("asset__site")
    row = rows.filter(pk=upload_id, member=member).first()
    if row is None:
        raise _Answer(404, _("This upload is not here any more. Begin it again."))
    if request.method != "DELETE" and not may_send(member, row):
        raise _Answer(403, _("You may not add media here any more. Ask an editor to let you."))
    return row


def _head(request: HttpRequest, row: Upload) -> HttpResponse:
    del request
    response = HttpResponse(status=200)
    if row.direct:  # how much has come, its provider says
        if row.state != Upload.State.RECEIVING:
            raise _Answer(410, _("This upload has ended already."))
        response["Lectern-Direct"] = row.direct
        return _dated(response, row)
    held = services.resume(row)
    if held == row.size:  # the last bytes came, and the process ended before it could say so
        services.finish(row)
    response["Upload-Offset"] = str(held)
    response["Upload-Length"] = str(row.size)
    return _dated(response, row)


def _patch(request: HttpRequest, row: Upload) -> HttpResponse:
    if request.headers.get("Content-Type") != BODY:
        raise _Answer(415, _("Bytes are sent as application/offset+octet-stream."))
    if row.direct:
        raise _Answer(409, _("This file goes straight to its provider."))
    response = HttpResponse(status=204)
    response["Upload-Offset"] = str(_take(request, row, _number(request, "Upload-Offset")))
    return _dated(response, row)


def _arrived(request: HttpRequest, row: Upload) -> HttpResponse:
    del request
    if not row.direct:
        raise _Answer(405, _("This file is sent to us: use PATCH."))
    services.arrived(row)
    return _dated(HttpResponse(status=204), row)


def _dated(response: HttpResponse, row: Upload) -> HttpResponse:
    if row.state == Upload.State.RECEIVING:
        response["Upload-Expires"] = http_date(row.expires_at.timestamp())
    response["Lectern-Asset"] = str(row.asset_id)
    return response


def _take(request: HttpRequest, row: Upload, offset: int) -> int:
    received = services.receive(row, offset, request, checksum=_checksum(request))
    if received == row.size:
        services.finish(row)
    return received


def _checksum(request: HttpRequest) -> tuple[str, bytes] | None:
    header = request.headers.get("Upload-Checksum", "")
    if not header:
        return None
    algorithm, _space, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise _Answer(400, _("The checksum cannot be read.")) from error
    if algorithm not in ALGORITHMS:
        raise _Answer(400, _("Checksums are sha1, sha256 or md5."))
    return algorithm, digest


def _delete(request: HttpRequest, row: Upload) -> HttpResponse:
    del request
    if row.state != Upload.State.RECEIVING:
        raise _Answer(410, _("This upload has ended already."))
    services.abandon(row)
    return HttpResponse(status=204)
