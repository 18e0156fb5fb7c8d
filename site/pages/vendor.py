"""Browser libraries from package.json: a static files finder that serves only what is listed."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage


@cache
def listed() -> dict[str, dict[str, str]]:
    """Return ``imports`` (specifier → static name) and ``files`` (static name → npm path)."""
    package = json.loads((Path(settings.BASE_DIR) / "package.json").read_text())
    return package["lectern"]


class VendorStorage(FileSystemStorage):
    """Reads a static name from where npm put the file."""

    prefix = None

    def __init__(self) -> None:
        super().__init__(location=Path(settings.BASE_DIR) / "node_modules")

    def path(self, name: str) -> str:
        return str(Path(self.location) / listed()["files"][name])


class VendorFinder(BaseFinder):
    """Finds the listed files, and nothing else of node_modules."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = VendorStorage()

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in listed()["files"]:
            return [] if find_all else None
        found = self.storage.path(path)
        return [found] if find_all else found

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for name in listed()["files"]:
            if not matches_patterns(name, ignore_patterns):
                yield name, self.storage
