"""Parts that are kept say what is true now: for each site, in each language, after each change."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils import translation
from wagtail.models import Site

from pages.models import BrandSettings, Podcast
from pages.shell import Link
from pages.templatetags.lectern import standing
from tests.factories import add_page, make_member, make_program, the_site

LINKS = (Link("Learn", "/learn/", "book-open"),)


@pytest.fixture
def member(db) -> Client:
    client = Client()
    client.force_login(make_member())
    return client


def words(client: Client, host: str = "localhost") -> str:
    answer = client.get("/dashboard/", headers={"host": host})
    assert answer.status_code == 200
    return answer.content.decode().partition("<main")[0]


def test_two_sites_each_have_their_own_frame(member):
    make_program(title="Diamond Plus")
    root = add_page(the_site().root_page, Podcast(title="Other house"))
    other = Site.objects.create(hostname="other.example", root_page=root, site_name="Otherwise")
    add_page(root, Podcast(title="Quiet hours"))
    for _again in range(2):
        here, there = words(member), words(member, other.hostname)
        assert "Diamond Plus" in here
        assert "Otherwise" not in here
        assert "Quiet hours" in there
        assert "Otherwise" in there
        assert "Diamond Plus" not in there


def test_what_an_editor_changes_is_seen_at_once(member):
    program = make_program(title="Diamond Plus")
    before = words(member)
    assert "Ours" not in before
    BrandSettings.objects.create(site=the_site(), name="Ours")
    program.title = "Ruby <b>&</b> Plus"
    program.save()
    after = words(member)
    assert 'aria-label="Ours"' in after
    assert "Ruby &lt;b&gt;&amp;&lt;/b&gt; Plus" in after
    assert "Diamond Plus" not in after
    program.unpublish()
    assert "Ruby" not in words(member)


def test_the_page_at_hand_is_the_current_one(member):
    program = make_program()
    address = program.get_url_parts()[2]
    home, there = member.get("/dashboard/"), member.get(address)
    current = f'href="{address}" title="{program.title}" aria-current="page"'
    assert current not in home.content.decode()
    assert current in there.content.decode()


def test_each_language_has_its_own_words():
    with translation.override("de"):
        german = standing("parts/search.html")
    with translation.override("en"):
        english = standing("parts/search.html")
    assert 'aria-label="Search"' in english
    assert 'aria-label="Search"' not in german


def test_other_facts_draw_another_part():
    one = standing("parts/tabbar.html", links=LINKS)
    two = standing("parts/tabbar.html", links=(Link("Listen", "/listen/", "headphones"),))
    assert ("/learn/" in one, "/learn/" in two) == (True, False)
    assert standing("parts/tabbar.html", links=LINKS) == one


def test_a_part_sees_nothing_but_its_facts():
    page = Template('{% load lectern %}{% standing "parts/topbar_mark.html" name=said %}')
    drawn = page.render(Context({"said": "Ours", "logo": "/somebodys-own.png"}))
    assert "Ours" in drawn
    assert "somebodys-own" not in drawn
