"""Sends the content security policy that a path calls for."""

from __future__ import annotations

from functools import cache

from csp.constants import HEADER
from csp.middleware import CSPMiddleware, PolicyParts
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from wagtail.models import Site

from core.contract.queries import (
    content_origins,
    content_origins_of_all,
    has_content_elsewhere,
)
from core.media.services.direct import upload_origins
from pages.importmap import import_map_hash

# `<style></style>`: media-chrome keeps one, empty, to reach its sheet by CSSOM.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


class ContentPolicy(CSPMiddleware):
    """Strict on the site, with the import map's hash; Wagtail's own needs under /admin/."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if not _is_plain(request, response):
            answer: HttpResponseBase = super().process_response(request, response)
            return answer
        if HEADER not in response:
            response.headers[HEADER] = _site_policy(import_map_hash())
        return response

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - the library's signature
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        more: dict[str, list[str]] = _elsewhere(request)
        if request.path.startswith("/admin/"):
            parts.config = parts.config or settings.ADMIN_SECURITY_POLICY
            more["connect-src"] = [*more.get("connect-src", []), *upload_origins()]
        else:
            more |= _additions(import_map_hash())
        parts.update = {**more, **(parts.update or {})}
        return parts


def _is_plain(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Tell whether a page of the site asks for nothing but the site's own policy."""
    asks = any(name.startswith("_csp") for name in (*vars(request), *vars(response)))
    is_own = not (settings.DEBUG or request.path.startswith("/admin/"))
    return is_own and not asks and not (_is_page(response) and has_content_elsewhere())


def _is_page(response: HttpResponseBase) -> bool:
    """Only a page fetches anything; probes and files are answered without asking anybody."""
    return response.headers.get("Content-Type", "").startswith("text/html")


@cache
def _site_policy(import_map: str) -> str:
    """Return the site's policy, written once."""
    policy: str = build_policy(update=_additions(import_map))
    return policy


def _additions(import_map: str) -> dict[str, list[str]]:
    return {"script-src": [import_map], "style-src": [EMPTY_STYLE]}


def _elsewhere(request: HttpRequest) -> dict[str, list[str]]:
    """Let browsers fetch what is kept elsewhere: of this site, in the admin of every site."""
    if request.path.startswith("/admin/"):
        origins = list(content_origins_of_all())
    else:
        site = Site.find_for_request(request) if has_content_elsewhere() else None
        origins = list(content_origins(site.pk)) if site else []
    return dict.fromkeys(("connect-src", "media-src", "img-src"), origins) if origins else {}
