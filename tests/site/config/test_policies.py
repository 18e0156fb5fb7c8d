"""The content security policy is strict on the site; the admin's leniency stays in the admin."""

import pytest

pytestmark = pytest.mark.django_db


def directives(response):
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {words[0]: words[1:] for words in parts if words}


def test_site_allows_no_inline_script_but_the_import_map(client):
    policy = directives(client.get("/account/login/"))
    assert policy["default-src"] == ["'none'"]
    assert "'unsafe-inline'" not in policy["script-src"] + policy["style-src"]
    assert "'unsafe-eval'" not in policy["script-src"]
    assert [word for word in policy["script-src"] if word.startswith("'sha256-")]
    assert policy["object-src"] == ["'none'"]


def test_admin_has_its_own_policy(client):
    policy = directives(client.get("/admin/login/"))
    assert "'unsafe-inline'" in policy["script-src"]
    assert policy["frame-ancestors"] == ["'self'"]
    assert policy["object-src"] == ["'none'"]
