"""A signed-in member, a stranger, and a site with something of everything."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from pages.foundation import found_site
from pages.models import Help, HelpArticle, Standard
from tests.factories import (
    add_page,
    make_coaching,
    make_member,
    make_podcast,
    make_program,
    the_site,
)


@pytest.fixture
def site(db):
    return found_site()


@pytest.fixture
def member(site):
    return make_member(timezone="Europe/Berlin")


@pytest.fixture
def signed_in(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def stranger(db) -> Client:
    return Client()


@pytest.fixture
def world(site) -> SimpleNamespace:
    program = make_program()
    podcast = make_podcast()
    coaching = make_coaching()
    root = the_site().root_page
    help_index = add_page(root, Help(title="Help"))
    return SimpleNamespace(
        program=program,
        module=program.get_children().first().specific,
        podcast=podcast,
        episode=podcast.get_children().first().specific,
        coaching=coaching,
        event=coaching.get_children().first().specific,
        help=help_index,
        article=add_page(help_index, HelpArticle(title="How it works", summary="Like this.")),
        about=add_page(root, Standard(title="About")),
    )
