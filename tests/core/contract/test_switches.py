"""A flip is data: it is seen everywhere within a second, and asking costs no query."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from core.contract import ask, is_on, switches
from core.contract.services import flip

pytestmark = pytest.mark.usefixtures("db")
LINKS = """
        @hookimpl
        def navigation():
            return [NavItem(label="Shop", url="/")]
        """
SHY = """
from core.contract import Manifest
manifest = Manifest(name="{name}", version="1", contract=1, summary="", default_on=False)
"""


def test_without_a_row_the_manifest_decides(garden, site):
    garden.plant("open_shop")
    garden.plant("shy_shop", head=SHY)
    assert is_on("open_shop", site)
    assert not is_on("shy_shop", site)
    assert not is_on("shy_shop")


def test_a_flip_counts_for_one_site(garden, site, other_site):
    garden.plant("shop", LINKS)
    flip(site=site, plugin="shop", is_on=False)
    assert not is_on("shop", site)
    assert is_on("shop", other_site)
    assert is_on("shop")
    assert ask("navigation", site=site, request=None) == []
    assert len(ask("navigation", site=other_site, request=None)) == 1


def test_off_for_every_site_is_off_for_the_deployment(garden, site, other_site):
    garden.plant("shop", LINKS)
    flip(site=site, plugin="shop", is_on=False)
    flip(site=other_site, plugin="shop", is_on=False)
    assert not is_on("shop")
    assert ask("navigation", request=None) == []


def test_what_is_not_loaded_is_never_on(site):
    assert not is_on("nobody", site)


def test_asking_costs_no_query(garden, site, django_assert_num_queries):
    garden.plant("shop", LINKS)
    is_on("shop", site)
    with django_assert_num_queries(0):
        for _ in range(50):
            ask("navigation", site=site, request=None)


def test_another_process_s_flip_is_seen_when_the_version_moves(garden, site, monkeypatch):
    garden.plant("shop")
    assert is_on("shop", site)
    from core.contract.models import Switch

    Switch.objects.create(site=site, plugin="shop", is_on=False)
    assert is_on("shop", site)  # within the second nobody looks
    cache.set(switches.VERSION_KEY, "moved by another process")
    monkeypatch.setattr(switches, "LOOK_EVERY", 0.0)
    assert not is_on("shop", site)


def test_a_version_that_stands_still_costs_no_query(
    garden, site, monkeypatch, django_assert_num_queries
):
    garden.plant("shop")
    is_on("shop", site)
    monkeypatch.setattr(switches, "LOOK_EVERY", 0.0)
    with django_assert_num_queries(0):
        is_on("shop", site)


def test_a_flip_moves_the_version_after_commit(garden, site, django_capture_on_commit_callbacks):
    garden.plant("shop")
    before = cache.get(switches.VERSION_KEY)
    with django_capture_on_commit_callbacks(execute=True):
        flip(site=site, plugin="shop", is_on=False)
        assert cache.get(switches.VERSION_KEY) == before
    assert cache.get(switches.VERSION_KEY) != before


def test_the_contract_can_be_read_before_settings_are():
    bare = {"PATH": os.defpath}  # no name of settings, no database
    program = "from core.contract.discovery import plugin_apps; print(plugin_apps())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=django_settings.BASE_DIR,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
