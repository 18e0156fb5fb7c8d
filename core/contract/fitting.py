"""Checks whether one plugin fits the house: its manifest, its hooks, its needs."""

from __future__ import annotations

import difflib
import importlib
import traceback
from pathlib import Path
from types import ModuleType

import pluggy

from . import hookspecs
from .discovery import Found
from .errors import Misfit
from .manifest import CONTRACT, Manifest

PROJECT = "lectern"
hookimpl = pluggy.HookimplMarker(PROJECT)


def new_manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    return manager


_specs = new_manager()


def spec_names() -> list[str]:
    """Return every hook of the contract, in the order of its page."""
    return [
        name for name in vars(hookspecs) if _specs.parse_hookspec_opts(hookspecs, name) is not None
    ]


def label_of(name: str) -> str:
    """Return a plugin's name as a title."""
    return name.replace("_", " ").replace("-", " ").capitalize()


def fit(found: Found) -> tuple[Manifest, ModuleType]:
    """Import a plugin and return its manifest and the module with its hooks, or raise Misfit."""
    if found.clash:
        raise Misfit(
            f"{found.module} and {found.clash} both call themselves {found.name}.",
            "Uninstall one, or rename its entry point.",
        )
    manifest = read_manifest(found, take_in(found.module))
    hooks = take_in(found.module)
    if found.is_folder and found.has("hooks"):
        hooks = take_in(f"{found.module}.hooks")
    check_hooks(hooks)
    return manifest, hooks


def take_in(name: str) -> ModuleType:
    """Import a plugin's module; whatever it raises becomes a Misfit that says where."""
    try:
        return importlib.import_module(name)
    except Exception as error:  # the registry's isolation: a stranger's module may raise anything
        raise not_importable(name, error) from error


def not_importable(name: str, error: Exception) -> Misfit:
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if not frame.filename.startswith("<frozen")]
    where = f"{Path(inside[-1].filename).name}, line {inside[-1].lineno}" if inside else name
    return Misfit(
        f"{name} cannot be used: {type(error).__name__}: {error} ({where}).",
        "Mend or upgrade the plugin, then restart; or uninstall it.",
    )


def read_manifest(found: Found, module: ModuleType) -> Manifest:
    """Return a plugin's manifest, or raise Misfit."""
    manifest = getattr(module, "manifest", None)
    if not isinstance(manifest, Manifest):
        raise Misfit(
            f"{found.module} has no manifest.",
            "Add manifest = Manifest(…) to the module (of a folder: to its __init__.py).",
        )
    if manifest.contract != CONTRACT:
        raise Misfit(
            f"It was written for contract {manifest.contract}; this house keeps {CONTRACT}.",
            "Install a release of the plugin that was written for this contract.",
        )
    if manifest.name != found.name:
        raise Misfit(
            f"Its manifest says {manifest.name}, its entry point {found.name}.",
            "Give both the same name.",
        )
    return manifest


def check_hooks(module: ModuleType) -> None:
    """Refuse marked functions that are no hooks, and hooks that wrap others."""
    specs = spec_names()
    for name in vars(module):
        options = _specs.parse_hookimpl_opts(module, name)
        if options is None:
            continue
        hook = options["specname"] or name
        if hook not in specs:
            raise _misspelt(hook, specs)
        if options["wrapper"] or options["hookwrapper"]:
            raise Misfit(
                f"Its {hook} wraps other plugins' answers.",
                "Answer the hook plainly: plugins are blind to each other.",
            )


def answered(module: ModuleType) -> list[str]:
    """Return the hooks a module answers."""
    found = {name: _specs.parse_hookimpl_opts(module, name) for name in vars(module)}
    return [options["specname"] or name for name, options in found.items() if options]


def _misspelt(hook: str, specs: list[str]) -> Misfit:
    near = difflib.get_close_matches(hook, specs, n=1)
    meant = f"Did you mean {near[0]}?" if near else "docs/plugins.md lists all hooks."
    return Misfit(f"It answers {hook}, and there is no such hook.", meant)


def wrong_arguments(error: pluggy.PluginValidationError) -> Misfit:
    return Misfit(
        f"One of its hooks takes other arguments than the contract's: {error}.".replace("\n", " "),
        "Take the arguments that docs/plugins.md names; fewer will do.",
    )


def hook_of(capability: str) -> str | None:
    """Return the hook that answers for a capability: "storage" or "storage_providers"."""
    specs = spec_names()
    for name in (f"{capability}_providers", capability):
        if name in specs:
            return name
    return None


def unmet(need: str) -> Misfit:
    if hook_of(need) is None:
        return Misfit(
            f"It needs {need}, which this house does not know.",
            "Upgrade the house, or install a release of the plugin for this one.",
        )
    return Misfit(
        f"It needs {need}, and nobody here answers for it.",
        f"Install or mend a plugin that answers {hook_of(need)}.",
    )
