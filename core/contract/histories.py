"""Reads a plugin's migrations before Django does: one that is broken would stop everybody's."""

from __future__ import annotations

import pkgutil
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db.migrations import Migration

from . import fitting
from .discovery import Found
from .errors import Misfit

SPECIAL = {"__first__", "__latest__"}


def check(found: Found, label: str) -> None:
    """Import every migration of a plugin and see that each has what it builds on."""
    if not found.has("migrations"):
        return
    folder = fitting.take_in(f"{found.module}.migrations")
    history = {name: _migration(folder, name) for name in _names(folder)}
    for name, migration in history.items():
        for app, needed in [*migration.dependencies, *migration.run_before]:
            if not _is_there(app, needed, label, history):
                raise _broken(folder, name, f"it builds on {app}.{needed}, which is not there")
    _refuse_two_ends(folder, label, history)


def _names(folder: ModuleType) -> list[str]:
    found = pkgutil.iter_modules(folder.__path__)
    return [one.name for one in found if not one.ispkg and one.name[0] not in "_~"]


def _migration(folder: ModuleType, name: str) -> type[Migration]:
    module = fitting.take_in(f"{folder.__name__}.{name}")
    migration = getattr(module, "Migration", None)
    if not isinstance(migration, type) or not issubclass(migration, Migration):
        raise _broken(folder, name, "it holds no class Migration")
    return migration


def _is_there(app: str, needed: str, label: str, history: dict[str, Any]) -> bool:
    if app == "__setting__":  # swappable_dependency("AUTH_USER_MODEL")
        return True
    if app != label:
        return app in {config.label for config in apps.get_app_configs()}
    replaced = {name for one in history.values() for _, name in one.replaces}
    return needed in SPECIAL or needed in history or needed in replaced


def _refuse_two_ends(folder: ModuleType, label: str, history: dict[str, Any]) -> None:
    """Refuse what `migrate` calls a conflict; squashed histories are left to Django."""
    if any(one.replaces for one in history.values()):
        return
    built_on = {name for one in history.values() for app, name in one.dependencies if app == label}
    ends = sorted(set(history) - built_on)
    if len(ends) > 1:
        raise _broken(folder, ends[-1], f"it and {ends[0]} are both the last one")


def _broken(folder: ModuleType, name: str, why: str) -> Misfit:
    return Misfit(
        f"{folder.__name__}.{name} cannot be used: {why}.",
        "Mend or upgrade the plugin, then restart; or uninstall it.",
    )
