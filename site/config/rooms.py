"""Finds what the rooms bring: their URL tables, by name."""

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver


def urls_of(*modules: str) -> list[URLPattern | URLResolver]:
    """Return the patterns of every named module that is there."""
    return [
        pattern for name in modules if exists(name) for pattern in import_module(name).urlpatterns
    ]


def exists(name: str) -> bool:
    """Tell whether a module is there, without importing more than its packages."""
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
