"""The door that outside services knock on: ``POST /hooks/<source>/``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from wagtail.models import Site

from core.contract.errors import BadEvent, NotReady

from .services import receive

LARGEST = 2**20  # bytes; no event is near it


@csrf_exempt
@require_POST
def knock(request: HttpRequest, source: str) -> HttpResponse:
    """Answer 204 for what is kept now or was before, 400 for what is not believed."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse("The event is too large.", status=413, content_type="text/plain")
    site = Site.find_for_request(request)
    try:
        receive(source=source, site=site, body=request.body, headers=request.headers)
    except BadEvent as error:
        return HttpResponse(str(error), status=400, content_type="text/plain")
    except NotReady as error:
        return HttpResponse(str(error), status=503, content_type="text/plain")
    return HttpResponse(status=204)
