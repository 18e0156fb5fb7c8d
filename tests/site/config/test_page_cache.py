"""What strangers see comes from Redis, changes when it is published, and is never private."""

import time

import pytest
from django.contrib.auth.models import Group
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction, Site

from core.contract.models import Switch
from core.members.models import Member
from pages.models import Home, Program

PUBLIC = "/open/"


@pytest.fixture
def site(db):
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def program(site):
    page = Program(title="Open program", slug="open")
    return site.root_page.add_child(instance=page)


@pytest.fixture
def read(client, django_capture_on_commit_callbacks):
    def get(path=PUBLIC, **headers):
        with CaptureQueriesContext(connection) as queries:
            response = client.get(path, headers=headers)
        return response, len(queries)

    return get


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_second_reading_costs_no_query_and_says_the_same(program, read):
    first, _ = read()
    second, queries = read()
    assert first.status_code == 200
    assert queries == 0
    assert second.content == first.content
    assert "public" in second["Cache-Control"]
    assert "s-maxage" in second["Cache-Control"]
    assert "Cookie" in second["Vary"]
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]


def test_publishing_drops_what_was_kept(program, read, committed):
    read()
    with committed():
        program.title = "A newer title"
        program.save_revision().publish()
    response, _ = read()
    assert "A newer title" in response.text


def test_unpublishing_drops_what_was_kept(program, read, committed):
    read()
    with committed():
        program.unpublish()
    response, _ = read()
    assert response.status_code == 404


def test_privacy_drops_what_was_kept_and_nothing_private_is(program, read, committed):
    read()
    with committed():
        PageViewRestriction.objects.create(page=program, restriction_type="login")
    for _time in range(2):
        response, _ = read()
        assert response.status_code == 302
        assert "public" not in response["Cache-Control"]


@pytest.mark.parametrize("change", ["switch", "site"])
def test_settings_drop_what_was_kept(change, program, site, read, committed):
    read()
    with committed():
        if change == "switch":
            Switch.objects.create(site=site, plugin="ffmpeg", is_on=False)
        else:
            site.site_name = "Renamed"
            site.save()
    _response, queries = read()
    assert queries > 0


def test_another_site_keeps_its_pages(program, site, read, committed):
    root = site.root_page.get_parent().add_child(instance=Home(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", root_page=root, site_name="Other")
    other = root.add_child(instance=Program(title="Elsewhere", slug="open"))
    read()
    read(host="other.example")
    with committed():
        other.title = "Elsewhere, anew"
        other.save_revision().publish()
    _mine, queries = read()
    theirs, _ = read(host="other.example")
    assert queries == 0
    assert "Elsewhere, anew" in theirs.text


def test_a_page_rendered_before_a_change_is_not_kept_after_it(program, read, monkeypatch):
    """The versions are read before the page is made, so that a late answer is stale at birth."""
    from config.middleware import page_cache

    def serve_slowly(*args, real=page_cache._seconds):
        page_cache.forget()  # somebody publishes while we render
        return real(*args)

    monkeypatch.setattr(page_cache, "_seconds", serve_slowly)
    read()
    monkeypatch.undo()
    _response, queries = read()
    assert queries > 0


def test_a_member_is_never_answered_from_the_cache_nor_into_it(program, client, read):
    Member.objects.create_user("member@lectern.example", "s3cret-words")
    stranger, _ = read()
    client.login(email="member@lectern.example", password="s3cret-words")
    mine, queries = read()
    assert queries > 0
    assert {"private"} <= {word.strip() for word in mine["Cache-Control"].split(",")}
    client.logout()
    again, _ = read()
    assert again.content == stranger.content
    assert "member@lectern.example" not in again.text


def test_members_only_pages_are_never_public(program, client, read):
    tier = Group.objects.create(name="Diamond")
    wall = PageViewRestriction.objects.create(page=program, restriction_type="groups")
    wall.groups.add(tier)
    member = Member.objects.create_user("member@lectern.example", "s3cret-words")
    member.groups.add(tier)
    client.login(email="member@lectern.example", password="s3cret-words")
    response, _ = read()
    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]


def test_query_strings_posts_and_errors_are_not_kept(program, read, client):
    assert read(f"{PUBLIC}?a=1")[1] > 0
    assert read(f"{PUBLIC}?a=1")[1] > 0
    assert read("/nowhere/")[0].status_code == 404
    assert read("/nowhere/")[1] > 0


def test_compressed_and_unchanged_answers(program, read):
    read()
    packed, _ = read(accept_encoding="gzip")
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    same, _ = read(if_none_match=packed["ETag"])
    assert same.status_code == 304
    assert same.content == b""


def test_a_kept_page_costs_less_than_a_millisecond(program, read, rf):
    read()
    handler, environ = WSGIHandler(), rf.get(PUBLIC).environ
    request_started.disconnect(close_old_connections)  # they would end this test's transaction
    request_finished.disconnect(close_old_connections)
    try:
        count, started = 300, time.process_time()
        for _time in range(count):
            answer = handler(dict(environ), lambda *_: None)
            b"".join(answer)
            answer.close()
        milliseconds = (time.process_time() - started) / count * 1000
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
    print(f"{milliseconds:.2f} ms CPU a kept page")
    assert milliseconds < 0.8


def test_without_redis_pages_are_served(program, read, settings):
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    assert read()[0].status_code == 200
    settings.REDIS_URL = there
    read()
    assert read()[1] == 0  # from the Redis that is meant now
