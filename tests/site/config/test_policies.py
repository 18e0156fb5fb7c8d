"""The content security policy is strict on the site; the admin's leniency stays in the admin."""

import pytest
from csp.decorators import csp_update
from django.http import HttpResponse

from config.middleware.policies import ContentPolicy

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


def plain(_request):
    return HttpResponse("here")


def test_an_answer_that_asks_for_more_gets_it_alone(rf):
    open_to = csp_update({"img-src": ["https://a.example"]})(plain)
    more = directives(ContentPolicy(open_to)(rf.get("/")))
    usual = directives(ContentPolicy(plain)(rf.get("/")))
    assert more.pop("img-src") == [*usual.pop("img-src"), "https://a.example"]
    assert more == usual


def test_the_written_policy_is_what_the_library_writes(rf):
    asked = rf.get("/")
    asked._csp_nonce = "abc"  # it takes the library's way; no directive of ours names a nonce
    assert directives(ContentPolicy(plain)(asked)) == directives(ContentPolicy(plain)(rf.get("/")))


def test_other_hosts_learn_which_site_asks_and_no_path(client):
    """Mux's playback restrictions read the Referer; a path may hold a token."""
    policy = "strict-origin-when-cross-origin"
    assert client.get("/account/login/")["Referrer-Policy"] == policy
