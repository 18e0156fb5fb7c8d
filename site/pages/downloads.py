"""Whole files of what a page lets members take along, in whichever way it was published."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page
from wagtail.signals import page_published

from core.media.models import Asset
from core.media.services import offer_file


def listen() -> None:
    """Wagtail tells of every way of publishing by this signal alone."""
    page_published.connect(_page_published, dispatch_uid="pages.downloads")


def _page_published(instance: Page, **_: Any) -> None:
    offer_downloads(instance)


def offer_downloads(page: Page) -> None:
    """Have whole files made of what a page lets members take along."""
    page = page.specific
    if not getattr(page, "allows_download", False):
        return
    for name in page.shown_with:
        asset = getattr(page, name)
        if isinstance(asset, Asset):
            offer_file(asset)
