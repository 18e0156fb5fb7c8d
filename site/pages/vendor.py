"""Browser libraries: a static files finder that serves only what package.json lists."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

PREFIX = "vendor"  # hls.js/dist/a.mjs is served as vendor/hls.js/dist/a.mjs


@cache
def imports() -> dict[str, str]:
    """Return what a module may import by name, and the file below node_modules it is."""
    return _listed()["imports"]


@cache
def served() -> frozenset[str]:
    """Return every file below node_modules that is served."""
    root = _root()
    found = [file for pattern in _listed()["served"] for file in root.glob(pattern)]
    names = {file.relative_to(root).as_posix() for file in found}
    return frozenset(names | set(imports().values()))


def _listed() -> dict[str, Any]:
    return json.loads((Path(settings.BASE_DIR) / "package.json").read_text())["lectern"]


def _root() -> Path:
    return Path(settings.BASE_DIR) / "node_modules"


class VendorFinder(BaseFinder):
    """Finds the listed files, and nothing else of node_modules."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=_root())
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]  # as Django's finders do

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.removeprefix(f"{PREFIX}/")
        if name == path or name not in served():
            return []  # None would count as a match
        return [self.storage.path(name)] if find_all else self.storage.path(name)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for name in sorted(served()):
            if not matches_patterns(name, ignore_patterns):
                yield name, self.storage
