"""Heartbeats over HTTP: no session, no ORM, one statement each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from core.playback.errors import BadToken
from core.playback.tokens import read_token

from .beats import MAX_BODY, read_beat
from .errors import BadBeat, NothingToWatch
from .services import record

# A phone in a tunnel sends its beats when it is out again. The token still proves who watched
# what; it opens no byte any more.
LATE = 12 * 60 * 60  # seconds


@csrf_exempt  # the token is the proof, and `sendBeacon` can carry no header
def beat(request: HttpRequest, token: str) -> HttpResponse:
    """Take ``{"ranges": …, "position": …, "at": …}`` in any content type; 204 once durable."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return _refusal(413, _("A heartbeat has at most %d bytes.") % MAX_BODY)
    try:
        claims = read_token(token, grace=LATE)
        if claims.use != "play":
            raise BadToken
        record(claims, read_beat(request.read(MAX_BODY + 1)))
    except BadToken:
        return _refusal(403, _("This player is no longer signed in. Reload the page."))
    except BadBeat as error:
        return _refusal(400, str(error))
    except NothingToWatch as error:
        return _refusal(410, str(error))
    return HttpResponse(status=204)


def _refusal(status: int, message: str) -> JsonResponse:
    return JsonResponse({"error": message}, status=status)
