"""Which context a page type is shown with: `pages/screens/<type>.py` answers for its type."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

Context = Callable[[HttpRequest, Any], dict[str, Any]]
_CONTEXTS: dict[str, Context] = {}


def context_of(request: HttpRequest, page: Page) -> dict[str, Any]:
    """Return what the screen of this page's type adds to the template's context."""
    context = _CONTEXTS.get(page._meta.model_name or "")
    return context(request, page) if context else {}


def find_screens(page_types: list[type[Page]]) -> None:
    """Remember the screen of every page type that has one; called once, at start."""
    for page_type in page_types:
        name = page_type._meta.model_name or ""
        module = f"pages.screens.{name}"
        if find_spec(module):
            _CONTEXTS[name] = import_module(module).context
