"""The content security policy, with the import map's hash in it."""

from typing import Any

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

from .importmap import import_map_hash

# `<style></style>`: media-chrome keeps one, empty, to reach its sheet by CSSOM.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """Adds to the settings' policy what only the running site knows."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        update: dict[str, Any] = dict(parts.update or {})
        update.setdefault("script-src", [import_map_hash()])
        update.setdefault("style-src", [EMPTY_STYLE])
        parts.update = update
        return parts
