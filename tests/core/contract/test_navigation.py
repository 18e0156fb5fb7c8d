"""A plugin's links stand in every page's frame; they go with its switch, and a fault is named."""

from __future__ import annotations

import pytest
from django.test import Client

from core.contract.services import flip
from tests.factories import make_member

LINKS = """
        @hookimpl
        def navigation():
            return [NavItem(label="The <cellar>", url="/-/cellar/")]
        """
FAULT = """
        @hookimpl
        def navigation():
            raise RuntimeError("on purpose")
        """


@pytest.fixture
def dashboard(db):
    def dashboard(**fields) -> str:
        client = Client()
        client.force_login(make_member(**fields))
        return client.get("/dashboard/").content.decode()

    return dashboard


def test_links_go_with_the_switch_at_once(garden, site, dashboard):
    garden.plant("cellar", LINKS)
    assert "The &lt;cellar&gt;" in dashboard()
    flip(site=site, plugin="cellar", is_on=False)
    assert "cellar" not in dashboard()
    flip(site=site, plugin="cellar", is_on=True)
    assert "The &lt;cellar&gt;" in dashboard()


def test_a_fault_is_named_to_staff_and_to_nobody_else(garden, dashboard):
    garden.plant("cellar", FAULT)
    assert "cellar could not show its part here" in dashboard(is_staff=True)
    assert "cellar" not in dashboard()
