"""The values that member screens hand to their templates: ready to print, nothing to look up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from core.contract.pieces import Refusal

from .shell import Shell


@dataclass(frozen=True, slots=True)
class Card:
    """One page as a card or a row; times in seconds, ``fraction`` 0..1."""

    title: str
    url: str
    picture: str = ""
    over: str = ""  # a few words above the title
    summary: str = ""
    number: int = 0
    duration: float = 0.0
    left: float = 0.0
    fraction: float = 0.0
    is_done: bool = False
    is_current: bool = False
    lock: Refusal | None = None
    lessons: int = 0
    completed: int = 0
    at: datetime | None = None
    until: datetime | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_begun(self) -> bool:
        return self.fraction > 0 and not self.is_done

    @property
    def place(self) -> str:
        """Which module of its program it is."""
        return _("Module %d") % self.number

    @property
    def extent(self) -> str:
        """How many lessons it holds, and how many of them are completed."""
        if self.completed:
            return _("%(done)d of %(all)d lessons") % {"done": self.completed, "all": self.lessons}
        return ngettext("%d lesson", "%d lessons", self.lessons) % self.lessons


def address(page: Page, frame: Shell) -> str:
    """Return a page's path on the request's site, without a query."""
    return "/" + page.url_path.removeprefix(frame.site.root_page.url_path)
