"""The registry: loads every plugin apart, keeps the misfits out by name, and lets the rest in."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pluggy
from django.conf import settings

import core

from . import discovery, fitting
from .breaker import Breaker
from .discovery import Found
from .errors import ContractError, Misfit
from .manifest import Manifest

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A plugin that answers."""

    name: str
    manifest: Manifest
    found: Found
    hooks: ModuleType


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A plugin that is kept out: why, and what to do."""

    name: str
    found: Found
    reason: str
    remedy: str


class Registry:
    """Who answers which hook; one a process, filled once by ``CoreConfig.ready``."""

    def __init__(self) -> None:
        self.manager = fitting.new_manager()
        self.breaker = Breaker()
        self.plugins: dict[str, Loaded] = {}
        self.quarantine: dict[str, Quarantined] = {}
        self.rooms: set[str] = set()  # the house's own, always on

    def load(self, found: list[Found] | None = None) -> None:
        """Load core's rooms and every plugin; with STRICT_PLUGINS a misfit stops the start."""
        if found is None:
            found = discovery.find(
                off=getattr(settings, "PLUGINS_OFF", ()),
                safe_mode=getattr(settings, "SAFE_MODE", False),
            )
        # pluggy calls the last one first: so the rooms answer before plugins, those by name.
        for plugin in sorted(found, key=lambda plugin: plugin.name, reverse=True):
            if plugin.name not in self.quarantine:
                self._try_to_load(plugin)
        self._load_rooms()
        self._settle_needs()
        if getattr(settings, "STRICT_PLUGINS", False) and self.quarantine:
            raise ContractError("\n".join(self.complaints()))

    def keep_out(self, found: Found, misfit: Misfit) -> None:
        """Quarantine a plugin: it answers nothing from now on, and Features says why."""
        log.error("plugin %s is quarantined: %s", found.name, misfit.reason)
        log.debug("plugin %s", found.name, exc_info=misfit.__cause__)
        self.quarantine[found.name] = Quarantined(found.name, found, misfit.reason, misfit.remedy)
        loaded = self.plugins.pop(found.name, None)
        if loaded and self.manager.is_registered(loaded.hooks):
            self.manager.unregister(loaded.hooks)

    def complaints(self) -> list[str]:
        """Return one line a quarantined plugin: its name, the reason, the remedy."""
        return [
            f"Plugin {misfit.name}: {misfit.reason} {misfit.remedy}"
            for misfit in self.quarantine.values()
        ]

    def impls(self, hook: str) -> list[pluggy.HookImpl]:
        """Return who answers a hook, in the order they are asked."""
        caller = getattr(self.manager.hook, hook, None)
        if caller is None:
            message = f"There is no hook {hook}; docs/plugins.md lists them."
            raise ContractError(message)
        return list(reversed(caller.get_hookimpls()))

    def plugin_of(self, module: str) -> str | None:
        """Return the plugin that a module's dotted name lies in, or None."""
        for name, loaded in self.plugins.items():
            if module == loaded.found.module or module.startswith(f"{loaded.found.module}."):
                return name
        return None

    def offers(self, capability: str) -> bool:
        """Tell whether somebody answers for a capability ("storage" or "storage_providers")."""
        hook = fitting.hook_of(capability)
        return hook is not None and bool(self.impls(hook))

    def _try_to_load(self, found: Found) -> None:
        try:
            manifest, hooks = fitting.fit(found)
            self.manager.register(hooks, name=found.name)
        except Misfit as misfit:
            self.keep_out(found, misfit)
        except pluggy.PluginValidationError as error:
            self.manager.unregister(name=found.name)
            self.keep_out(found, fitting.wrong_arguments(error))
        else:
            self.plugins[found.name] = Loaded(found.name, manifest, found, hooks)

    def _load_rooms(self) -> None:
        for name, hooks in sorted(_rooms(), reverse=True):
            if self.manager.has_plugin(name):
                continue
            fitting.check_hooks(hooks)
            self.manager.register(hooks, name=name)
            self.rooms.add(name)

    def _settle_needs(self) -> None:
        """Keep out whoever needs what nobody offers, again until nothing changes."""
        unmet = True
        while unmet:
            unmet = False
            for loaded in list(self.plugins.values()):
                misfit = self._unmet(loaded.manifest)
                if misfit:
                    unmet = True
                    self.keep_out(loaded.found, misfit)

    def _unmet(self, manifest: Manifest) -> Misfit | None:
        for need in manifest.needs:
            if not self.offers(need):
                return fitting.unmet(need)
        return None


def _rooms() -> Iterator[tuple[str, Any]]:
    """Yield the house's own rooms that answer hooks; a broken one stops the start.

    Core's stand in their folders; those above core (pages, workers) are named by ``HOUSE_ROOMS``.
    """
    below = [f"core.{room.name}" for room in pkgutil.iter_modules(core.__path__) if room.ispkg]
    for room in (*below, *getattr(settings, "HOUSE_ROOMS", ())):
        if importlib.util.find_spec(f"{room}.hooks"):
            yield room, importlib.import_module(f"{room}.hooks")


registry = Registry()
