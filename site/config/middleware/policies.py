"""Sends the content security policy that a path calls for."""

from __future__ import annotations

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from pages.importmap import import_map_hash

# `<style></style>`: media-chrome keeps one, empty, to reach its sheet by CSSOM.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


class ContentPolicy(CSPMiddleware):
    """Strict on the site, with the import map's hash; Wagtail's own needs under /admin/."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - the library's signature
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if report_only:
            return parts
        if request.path.startswith("/admin/"):
            parts.config = parts.config or settings.ADMIN_SECURITY_POLICY
        else:
            more = {"script-src": [import_map_hash()], "style-src": [EMPTY_STYLE]}
            parts.update = {**more, **(parts.update or {})}
        return parts
