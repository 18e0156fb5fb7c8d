"""The import map: one inline script, made from the static manifest, allowed by its hash."""

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import AppDirectoriesFinder, get_finder
from django.contrib.staticfiles.utils import get_files
from django.templatetags.static import static

from .vendor import PREFIX, imports

PLUGIN_FOLDERS = ("controllers", "player")  # Django's own apps have neither
FINDER = "django.contrib.staticfiles.finders.AppDirectoriesFinder"


def _own_modules() -> Iterator[tuple[str, str]]:
    """``static/js/a/b.js`` is imported as ``lectern/a/b``; the admin's scripts are not modules."""
    root = Path(settings.BASE_DIR) / "static" / "js"
    for file in sorted(root.rglob("*.js")):
        name = file.relative_to(root).with_suffix("").as_posix()
        if not name.startswith("admin"):
            yield f"lectern/{name}", f"js/{name}.js"


def _plugin_modules() -> Iterator[tuple[str, str]]:
    """``<plugin>/static/<plugin>/js/a.js`` is imported as ``<plugin>/a``."""
    finder = get_finder(FINDER)
    assert isinstance(finder, AppDirectoriesFinder)
    for app, storage in finder.storages.items():
        label = app.rpartition(".")[2]
        if any(storage.exists(f"{label}/js/{folder}") for folder in PLUGIN_FOLDERS):
            for path in sorted(get_files(storage, location=f"{label}/js")):
                if path.endswith(".js"):
                    yield f"{label}/{path[len(label) + 4 : -3]}", path


@cache
def import_map() -> str:
    """Return the map as JSON, safe inside a script element."""
    vendors = ((name, f"{PREFIX}/{file}") for name, file in imports().items())
    names = dict([*vendors, *_own_modules(), *_plugin_modules()])
    urls = {name: static(path) for name, path in names.items()}
    return json.dumps({"imports": urls}, separators=(",", ":")).replace("<", "\\u003c")


@cache
def import_map_hash() -> str:
    """Return the source expression that a content security policy needs for the map."""
    digest = hashlib.sha256(import_map().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
