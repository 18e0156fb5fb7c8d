"""The authorisation matrix: who gets what answer at every URL."""

import os

import pytest

from core.access.feeds import throttle

from .matrix import HEAD, METHODS, TABLE, answers
from .world import ROLES, build

# What a stranger may be shown or sent on to; everything else asks them to sign in or refuses.
PUBLIC = (
    "^((?:[\\w\\-]+/)*)$",  # the page tree: privacy is the page's own
    "_util/login/",  # Wagtail's sign-in for private pages
    "account/",
    "admin/login/",
    "admin/logout/",
    "admin/password_reset/",
    "admin/jsi18n/",  # words of the interface
    "admin/sprite/",  # its icons
    "api/openapi.json",  # the shape of the interface, no data
    "art/",  # patterns drawn from numbers
    "brand.css",
    "favicon.ico",
    "feeds/podcast/",  # the token in the path is the member's own; what it opens asks `may`
    "hooks/",  # believes signed events only; what it answers tells nothing
    "offline/",
    "player/media/",  # asks `may`; answers a stranger with the reason, never with a source
    "search/",  # finds what `visible` lets the asker see
    "healthz",
    "readyz",
    "metrics",  # from this machine, or by token
)
# What another site's editor is shown about a thing of this site, each with its reason.
SHARED = (
    "admin/choose-page/<int:parent_page_id>/",  # a link's target: titles of live pages
    "admin/pages/<int:page_to_move_id>/move/",  # says that the slug is taken; the move is refused
    "admin/pages/workflow/confirm_cancellation/",  # a question without content
    "admin/workflows/task_chooser/",  # tasks belong to the deployment
    "admin/editing-sessions/",  # one's own session
    "admin/pages/create/",  # refused at the parent, for whom the type is given
    "admin/password_reset/",  # for whoever holds the token of a mail
)
# Wagtail's own views that fail on a post without a form; nobody is shown anything.
DRY = (
    "admin/failwhale/",  # fails on purpose
    "admin/choose-external-link/",
    "admin/pages/<int:page_id>/copy/",
    "admin/pages/<int:page_id>/edit/",
    "admin/pages/<int:page_id>/revisions/<int:revision_id>/revert/",
    "admin/redirects/import/process/",
    "admin/sites/delete/<int:pk>/",  # the operator's; assets protect their site
    "admin/snippets/choose/pages/category/create/",
)


@pytest.fixture
def world(db, settings, monkeypatch):
    monkeypatch.setattr(throttle, "TRIES", 10_000)  # every role knocks at every feed in a minute
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    return build()


def rows(text):
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {tuple(line.split()[:2]): line.split()[2:] for line in lines}


@pytest.mark.parametrize("method", METHODS)
def test_every_url_answers_every_role_as_the_table_says(world, method):
    found = "\n".join(answers(method, world)) + "\n"
    if os.environ.get("MATRIX") == "write":
        write(method, found)
    known = {key: row for key, row in rows(TABLE.read_text()).items() if key[0] == method}
    assert rows(found) == known


def write(method, found):
    kept = TABLE.read_text().splitlines() if TABLE.exists() else []
    others = [line for line in kept if not line.startswith((method, "#"))]
    TABLE.write_text(HEAD + "\n".join(sorted([*others, *found.splitlines()])) + "\n")


@pytest.fixture
def table():
    return [
        (method, pattern, dict(zip(ROLES, row, strict=True)))
        for (method, pattern), row in rows(TABLE.read_text()).items()
    ]


def test_no_url_fails(table):
    assert [row[1] for row in table if "FAIL" in row[2].values() and row[1] not in DRY] == []


def test_strangers_are_shown_what_is_public_and_nothing_else(table):
    assert [
        (method, pattern, row["anonymous"])
        for method, pattern, row in table
        if row["anonymous"] in {"ok", "to"} and not pattern.startswith(PUBLIC)
    ] == []


def test_members_are_shown_nothing_of_the_admin(table):
    assert [
        (method, pattern)
        for method, pattern, row in table
        if pattern.startswith("admin/") and row["member"] == "ok" and not pattern.startswith(PUBLIC)
    ] == []


def test_editors_of_another_site_are_shown_nothing_of_this_one(table):
    assert [
        (method, pattern)
        for method, pattern, row in table
        if row["other"] == "ok" and "<" in pattern and pattern.startswith(("admin/", "documents/"))
        if not pattern.startswith(SHARED)
    ] == []


def test_an_unsigned_table_would_be_seen(table):
    """The laws above are about these rows: without them they would prove nothing."""
    assert len(table) > 500
    roles = {role: {row[role] for _, _, row in table} for role in ROLES}
    assert {"ok", "sign-in", "no"} <= roles["anonymous"]
    assert {"ok", "sign-in", "no", "none"} <= roles["other"]
