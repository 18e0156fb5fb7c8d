"""Help: every article, and a search over them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from ..cards import Card, address
from ..models import Help, HelpArticle
from ..shell import Shell, shell_of


def context(request: HttpRequest, page: Help) -> dict[str, Any]:
    return {"articles": articles_below(page.path, shell_of(request))}


def articles_below(path: str, frame: Shell) -> list[Card]:
    """Return the articles below a tree path, in one query."""
    rows = HelpArticle.objects.filter(frame.seen, path__startswith=path).order_by("path")
    return [Card(row.title, address(row, frame), summary=row.summary) for row in rows]
