"""A plain page, and the pages below it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ..cards import Card, address
from ..models import Standard
from ..shell import shell_of


def context(request: HttpRequest, page: Standard) -> dict[str, Any]:
    frame = shell_of(request)
    below = Standard.objects.filter(frame.seen, path__startswith=page.path, depth=page.depth + 1)
    return {
        "children": [
            Card(child.title, address(child, frame), summary=child.summary)
            for child in below.order_by("path")
        ]
    }
