"""Shows a plugin's snippets where the plugin is on, however they were registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail import hooks as wagtail_hooks
from wagtail.admin.viewsets import viewsets
from wagtail.snippets.permissions import user_can_access_snippets
from wagtail.snippets.views.snippets import ModelIndexView
from wagtail.snippets.wagtail_hooks import SnippetsMenuItem

from . import gates
from .loading import registry

MENU = "register_admin_menu_item"
GATED = "_lectern_gated"


def gate() -> None:
    """Gate what plugins' models registered with Wagtail; the list of types asks per request."""
    for viewset in viewsets.viewsets:
        plugin = plugin_of(getattr(viewset, "model", None))
        if plugin and not hasattr(viewset, GATED):
            setattr(viewset, GATED, True)
            gates.gate_viewset(plugin, viewset)
    rows = wagtail_hooks._hooks.get(MENU, [])  # noqa: SLF001 - Wagtail offers no other way
    rows[:] = [(_menu_item(fn), order) for fn, order in rows]
    _gate_index()


def plugin_of(model: Any) -> str | None:
    return registry.plugin_of(model.__module__) if model is not None else None


def is_shown_here(model: Any, request: HttpRequest) -> bool:
    plugin = plugin_of(model)
    return plugin is None or gates.is_on_here(plugin, request)


def _menu_item(fn: Callable[..., Any]) -> Callable[..., Any]:
    """Gate a menu item that a viewset registered by itself, when its model was loaded."""
    plugin = plugin_of(getattr(getattr(fn, "__self__", None), "model", None))
    return gates.gated(plugin, MENU, fn) if plugin else fn


def _gate_index() -> None:
    if hasattr(ModelIndexView, GATED):
        return
    own = ModelIndexView.get_list_url

    def get_list_url(self: Any, model: Any) -> str | None:
        return own(self, model) if is_shown_here(model, self.request) else None

    def is_shown(self: Any, request: HttpRequest) -> bool:
        here = [one for one in self._snippets_in_index_view if is_shown_here(one, request)]
        return bool(user_can_access_snippets(request.user, here))

    ModelIndexView.get_list_url = get_list_url
    SnippetsMenuItem.is_shown = is_shown
    setattr(ModelIndexView, GATED, True)
