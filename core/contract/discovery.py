"""Finds plugins by their entry points, without importing any of them."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

GROUP = "lectern.plugins"
BUNDLED = "plugins."  # the folder that ships with the house


@dataclass(frozen=True, slots=True)
class Found:
    """One entry point: a plugin's name, its module, and the distribution it came with."""

    name: str
    module: str
    distribution: str = ""
    version: str = ""
    clash: str = ""  # another module that claims the same name

    @property
    def is_bundled(self) -> bool:
        return self.module.startswith(BUNDLED)

    @property
    def is_folder(self) -> bool:
        """Tell a package (a Django app) from a single file; a missing module is neither."""
        return self._locations() is not None

    def has(self, part: str) -> bool:
        """Tell whether the folder holds ``part``: a module (``urls``) or a folder of that name."""
        return any(
            (Path(place) / f"{part}.py").is_file() or (Path(place) / part).is_dir()
            for place in self._locations() or ()
        )

    def _locations(self) -> list[str] | None:
        try:
            spec = importlib.util.find_spec(self.module)
        except (ImportError, ValueError):
            return None
        return (
            list(spec.submodule_search_locations)
            if spec and spec.submodule_search_locations
            else None
        )


def find(*, off: Collection[str] = (), safe_mode: bool = False) -> list[Found]:
    """Return every plugin that is installed and not off for the deployment, by name."""
    if safe_mode:
        return []
    found: dict[str, Found] = {}
    for point in sorted(entry_points(group=GROUP), key=_bundled_first):
        if point.name not in off:
            found[point.name] = _meet(found.get(point.name), point)
    return [found[name] for name in sorted(found)]


def plugin_apps(*, off: Collection[str] = (), safe_mode: bool = False) -> list[str]:
    """Return what settings put into INSTALLED_APPS, last: every plugin that is a folder.

    Each stands behind a guard, so that one that cannot be imported is quarantined by name
    and the site still starts.
    """
    return [
        f"core.contract.guarded.{plugin.name}"
        for plugin in find(off=off, safe_mode=safe_mode)
        if plugin.is_folder
    ]


def _bundled_first(point: EntryPoint) -> tuple[bool, str, str]:
    return not point.value.startswith(BUNDLED), point.name, point.value


def _meet(known: Found | None, point: EntryPoint) -> Found:
    module = point.value.partition(":")[0]
    if known is None:
        distribution = point.dist.name if point.dist else ""
        version = point.dist.version if point.dist else ""
        return Found(point.name, module, distribution, version)
    if known.module == module:
        return known
    return Found(known.name, known.module, known.distribution, known.version, clash=module)
