"""Plants plugins: real modules on the path, loaded by the real registry, gone afterwards."""

from __future__ import annotations

import importlib
import sys
import textwrap

import pytest
from wagtail.models import Page, Site

from core.contract import registry, switches
from core.contract.discovery import Found

HEAD = """
from core.contract import Manifest, Setting, hookimpl
from core.contract.pieces import *
manifest = Manifest(name="{name}", version="1.0", contract=1, summary="A planted plugin.")
"""


class Garden:
    """Writes plugins into a folder of its own and loads them."""

    def __init__(self, folder):
        self.folder = folder
        self.names = []

    def write(self, name, body="", *, head=HEAD, file=None):
        path = self.folder / (file or f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head.format(name=name) + textwrap.dedent(body))
        importlib.invalidate_caches()
        self.names.append(name)
        return Found(name=name, module=name)

    def plant(self, name, body="", **kwargs):
        found = self.write(name, body, **kwargs)
        registry.load([found])
        return found

    def clear(self):
        for name in self.names:
            if registry.manager.has_plugin(name):
                registry.manager.unregister(name=name)
            registry.plugins.pop(name, None)
            registry.quarantine.pop(name, None)
            registry.breaker.reset(name)
            for module in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
                del sys.modules[module]


@pytest.fixture
def garden(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    own = Garden(tmp_path)
    switches.forget()
    yield own
    own.clear()
    switches.forget()


@pytest.fixture
def site(db):
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def other_site(db):
    root = Page.objects.get(depth=1)
    page = root.add_child(instance=Page(title="Other", slug="other"))
    return Site.objects.create(hostname="other.example", root_page=page)
