"""Puts what a plugin adds to the site and to Wagtail behind its switch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from asgiref.sync import sync_to_async
from django.apps import apps
from django.http import Http404, HttpRequest
from django.urls import URLPattern, URLResolver, include, path
from wagtail import hooks as wagtail_hooks
from wagtail.models import Page, Site

from . import fitting
from .discovery import Found
from .errors import Misfit
from .guarded import hollow
from .loading import registry
from .switches import is_on

View = Callable[..., Any]


def is_on_here(plugin: str, request: HttpRequest | None) -> bool:
    """Tell whether a plugin is on for the site a request came to; without one: anywhere."""
    return is_on(plugin, Site.find_for_request(request) if request else None)


# --- URLs ---------------------------------------------------------------------------------


def switched_urls(plugin: str, patterns: Iterable[Any]) -> list[Any]:
    """Return a plugin's URL patterns such that, where it is off, there is nothing."""
    return [_switched_pattern(plugin, pattern) for pattern in patterns]


def _switched_pattern(plugin: str, pattern: Any) -> Any:
    if isinstance(pattern, URLResolver):
        inner = switched_urls(plugin, pattern.url_patterns)
        names = pattern.app_name, pattern.namespace
        return URLResolver(pattern.pattern, inner, pattern.default_kwargs, *names)
    view = switched_view(plugin, pattern.callback)
    return URLPattern(pattern.pattern, view, pattern.default_args, pattern.name)


def switched_view(plugin: str, view: View) -> View:
    """Answer 404 where the plugin is off, without calling its view."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        _refuse_where_off(plugin, request)
        return view(request, *args, **kwargs)

    @wraps(view)
    async def guarded_async(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        await sync_to_async(_refuse_where_off)(plugin, request)
        return await view(request, *args, **kwargs)

    return guarded_async if iscoroutinefunction(view) else guarded


def _refuse_where_off(plugin: str, request: HttpRequest) -> None:
    if not is_on_here(plugin, request):
        raise Http404(plugin)


def plugin_urls() -> list[URLResolver]:
    """Return every plugin's ``urls.py`` below its name; one that fails is quarantined."""
    found = [loaded.found for loaded in registry.plugins.values() if loaded.found.has("urls")]
    return [resolver for plugin in found if (resolver := _urls_of(plugin))]


def _urls_of(found: Found) -> URLResolver | None:
    try:
        module = fitting.take_in(f"{found.module}.urls")
        patterns = switched_urls(found.name, module.urlpatterns)
    except Misfit as misfit:
        expel(found, misfit)
    except Exception as error:  # noqa: BLE001 - the registry's isolation
        expel(found, fitting.not_importable(f"{found.module}.urls", error))
    else:
        return path(f"{found.name}/", include((patterns, found.name)))
    return None


# --- quarantine ---------------------------------------------------------------------------


def expel(found: Found, misfit: Misfit) -> None:
    """Quarantine a plugin that failed after it was loaded, and empty its app."""
    registry.keep_out(found, misfit)
    for config in apps.get_app_configs():
        if config.name == found.module:
            hollow(config)


# --- Wagtail ------------------------------------------------------------------------------


def load_wagtail_hooks() -> None:
    """Import each plugin's ``wagtail_hooks.py`` apart, before Wagtail does, and gate its hooks."""
    for loaded in list(registry.plugins.values()):
        if loaded.found.has("wagtail_hooks"):
            _load_one(loaded.found)


def _load_one(found: Found) -> None:
    before = {name: list(rows) for name, rows in _registered().items()}
    try:
        fitting.take_in(f"{found.module}.wagtail_hooks")
    except Misfit as misfit:
        expel(found, misfit)
    broke = found.name in registry.quarantine
    for name, rows in _registered().items():
        own = rows[len(before.get(name, ())) :]
        kept = [] if broke else [(gated(found.name, name, fn), order) for fn, order in own]
        rows[len(before.get(name, ())) :] = kept


def _registered() -> dict[str, list[tuple[Callable[..., Any], int]]]:
    hooks: dict[str, list[tuple[Callable[..., Any], int]]]
    hooks = wagtail_hooks._hooks  # noqa: SLF001 - Wagtail offers no other way to its hooks
    return hooks


def gated(plugin: str, hook: str, fn: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(fn)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        asked = [*args, *kwargs.values()]
        request = next((arg for arg in asked if isinstance(arg, HttpRequest)), None)
        if hook.startswith("register_") and request is None:
            return _gate_answer(plugin, hook, fn(*args, **kwargs))
        if is_on_here(plugin, request):
            return fn(*args, **kwargs)
        return _untouched(hook, args)

    return guarded


def _untouched(hook: str, args: Sequence[Any]) -> Any:
    """Return what a hook returns that does nothing: its queryset, or nothing."""
    if hook.endswith("_queryset"):
        return args[1] if hook == "construct_explorer_page_queryset" else args[0]
    return None


def _gate_answer(plugin: str, hook: str, answer: Any) -> Any:
    if hook == "register_admin_urls":
        return switched_urls(plugin, answer)
    if hook == "register_admin_viewset":
        return _gate_viewsets(plugin, answer)
    if hasattr(answer, "is_shown"):
        _gate_menu_item(plugin, answer)
    return answer if is_on(plugin) or hook == "register_permissions" else _nothing_like(answer)


def _nothing_like(answer: Any) -> Any:
    return [] if isinstance(answer, list | tuple) or hasattr(answer, "__next__") else answer


def _gate_menu_item(plugin: str, item: Any) -> Any:
    own = item.is_shown
    item.is_shown = lambda request: is_on_here(plugin, request) and own(request)
    return item


def _gate_viewsets(plugin: str, answer: Any) -> Any:
    for viewset in answer if isinstance(answer, list | tuple) else [answer]:
        for part in (viewset, *getattr(viewset, "registerables", ())):
            gate_viewset(plugin, part)
    return answer


def gate_viewset(plugin: str, viewset: Any) -> None:
    if hasattr(viewset, "get_urlpatterns"):
        urls = viewset.get_urlpatterns
        viewset.get_urlpatterns = lambda: switched_urls(plugin, urls())
    if hasattr(viewset, "get_menu_item"):
        item = viewset.get_menu_item
        viewset.get_menu_item = lambda *args, **kwargs: _gate_menu_item(
            plugin, item(*args, **kwargs)
        )


# --- page types ---------------------------------------------------------------------------


def gate_page_types() -> None:
    """Offer a plugin's page types only while the plugin is on for the parent's site."""
    model: Any
    for model in apps.get_models():
        plugin = registry.plugin_of(model.__module__)
        if plugin and issubclass(model, Page):
            model.can_create_at = classmethod(_gated_creation(plugin, model.can_create_at))


def _gated_creation(plugin: str, own: Callable[[Page], bool]) -> Callable[..., bool]:
    def can_create_at(_: type[Page], parent: Page) -> bool:
        site = parent.get_site()
        return is_on(plugin, site) and own(parent)

    return can_create_at


def refuse_page_of_switched_off(page: Page, request: HttpRequest) -> None:
    """Serve no page whose type belongs to a plugin that is off here."""
    plugin = registry.plugin_of((page.specific_class or type(page)).__module__)
    if plugin and not is_on_here(plugin, request):
        raise Http404(plugin)
