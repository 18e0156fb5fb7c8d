"""A help article, and the ones beside it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from ..cards import Card, address
from ..models import HelpArticle
from ..shell import shell_of
from .help import articles_below


def context(request: HttpRequest, page: HelpArticle) -> dict[str, Any]:
    frame = shell_of(request)
    above = page.path[: -Page.steplen]
    index = Page.objects.filter(path=above).first()
    own = address(page, frame)
    others = [card for card in articles_below(above, frame) if card.url != own]
    return {"index": index and Card(index.title, address(index, frame)), "articles": others}
