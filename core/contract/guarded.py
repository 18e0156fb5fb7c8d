"""Stands before each plugin that is a Django app: one that fails is hollowed out, not fatal.

``core.contract.guarded.<plugin>`` in INSTALLED_APPS names an AppConfig made on demand here.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings

from . import discovery, fitting, histories
from .discovery import Found
from .errors import Misfit
from .loading import registry


def __getattr__(name: str) -> type[AppConfig]:
    for found in discovery.find(off=getattr(settings, "PLUGINS_OFF", ())):
        if found.name == name:
            return _config(found)
    raise AttributeError(name)


def _config(found: Found) -> type[AppConfig]:
    try:
        fitting.read_manifest(found, fitting.take_in(found.module))
        return _guarded(found, _own_config(found))
    except Misfit as misfit:
        registry.keep_out(found, misfit)
        return _hollow(found)


def _own_config(found: Found) -> type[AppConfig]:
    try:
        config = AppConfig.create(found.module)
    except Exception as error:  # the registry's isolation: apps.py may raise anything
        raise fitting.not_importable(f"{found.module}.apps", error) from error
    if config.label in {other.label for other in apps.app_configs.values()}:
        raise Misfit(
            f"Its app label {config.label} is taken.",
            "Give its AppConfig a label of its own.",
        )
    return type(config)


def _guarded(found: Found, own: type[AppConfig]) -> type[AppConfig]:
    class Guarded(own):  # type: ignore[valid-type, misc]
        name = found.module

        def import_models(self) -> None:
            self._try(super().import_models, "models")

        def ready(self) -> None:
            self._try(lambda: histories.check(found, self.label), "migrations")
            self._try(super().ready, "apps")

        def _try(self, step: Any, part: str) -> None:
            if found.name in registry.quarantine:
                hollow(self)
                return
            try:
                step()
            except Misfit as misfit:
                self._leave(misfit)
            except Exception as error:  # noqa: BLE001 - the registry's isolation
                self._leave(fitting.not_importable(f"{found.module}.{part}", error))

        def _leave(self, misfit: Misfit) -> None:
            registry.keep_out(found, misfit)
            hollow(self)

    return Guarded


def hollow(config: AppConfig) -> None:
    """Empty an app's config: no models, no migrations, no templates, nothing to discover."""
    apps.all_models[config.label].clear()
    empty = _empty_module(config.label)
    config.models = {}
    config.models_module = None
    config.module = empty
    config.name = empty.__name__
    config.path = str(Path(__file__).parent / "hollow")
    apps.clear_cache()


def _hollow(found: Found) -> type[AppConfig]:
    attributes = {
        "name": _empty_module(found.name).__name__,
        "label": f"hollow_{found.name}",
        "path": str(Path(__file__).parent / "hollow"),
    }
    return type("Hollow", (AppConfig,), attributes)


def _empty_module(name: str) -> ModuleType:
    module = ModuleType(f"core.contract.hollow_{name}", "Nothing: a plugin is in quarantine.")
    sys.modules[module.__name__] = module
    return module
