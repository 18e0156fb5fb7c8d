"""Who looks: the member, or in a preview the editor behind the persona."""

from typing import Any

from django.http import HttpRequest


def viewer(request: HttpRequest) -> Any:
    """Return whom media are granted to; a persona of a preview exists only while it is drawn."""
    return getattr(request, "previewer", None) or request.user
