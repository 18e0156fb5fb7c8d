"""Says when what strangers were shown is no longer true.

Wagtail announces publishing by signals and by nothing else, scheduled publishing included: this is
the one place that listens to them, and all it does is to drop kept pages.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_unpublished, post_page_move

from config.middleware.page_cache import forget
from core.contract.models import PluginSettings, Switch

FRAMES = (BaseSiteSetting, BaseGenericSetting, PageViewRestriction, PluginSettings, Site, Switch)


def listen() -> None:
    for signal in (page_published, page_unpublished):
        signal.connect(_page_changed, dispatch_uid=f"page_cache.{id(signal)}")
    post_page_move.connect(_page_moved, dispatch_uid="page_cache.moved")
    post_save.connect(_frame_changed, dispatch_uid="page_cache.saved")
    post_delete.connect(_frame_changed, dispatch_uid="page_cache.deleted")


def _page_changed(instance: Page, **_: Any) -> None:
    _after_commit(hosts_of([instance.url_path]))


def _page_moved(url_path_before: str, url_path_after: str, **_: Any) -> None:
    _after_commit(hosts_of([url_path_before, url_path_after]))


def _frame_changed(instance: Model, **_: Any) -> None:
    if isinstance(instance, FRAMES):
        _after_commit([])


def hosts_of(url_paths: Iterable[str]) -> list[str]:
    """Return the hosts whose site holds one of the pages; a default site answers for all."""
    hosts: list[str] = []
    for site in Site.objects.select_related("root_page"):
        if any(path.startswith(site.root_page.url_path) for path in url_paths):
            hosts += ["*"] if site.is_default_site else [site.hostname]
    return hosts


def _after_commit(hosts: list[str]) -> None:
    transaction.on_commit(partial(forget, *hosts))
