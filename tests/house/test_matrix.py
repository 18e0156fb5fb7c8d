"""The authorisation matrix: who gets what answer at every URL."""

import os

import pytest

from .matrix import HEAD, METHODS, TABLE, answers
from .world import ROLES, build

# What a stranger may be shown or sent on to; everything else asks them to sign in or refuses.
PUBLIC = (
    "^((?:[\\w\\-]+/)*)$",  # the page tree: privacy is the page's own
    "account/",
    "admin/login/",
    "admin/logout/",
    "admin/password_reset/",
    "admin/jsi18n/",
    "admin/sprite/",
    "healthz",
    "readyz",
    "metrics",  # from this machine, or by token
)
# A thing of another site that its editor may reach all the same, each with its reason.
SHARED = (
    "admin/account/",  # one's own account
    "admin/",
)
DRY = ("admin/failwhale/",)  # fails on purpose


@pytest.fixture
def world(db, settings):
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
    kept = rows(TABLE.read_text()) if TABLE.exists() else {}
    lines = (
        [line for line in TABLE.read_text().splitlines() if not line.startswith((method, "#"))]
        if kept
        else []
    )
    TABLE.write_text(HEAD + "\n".join(sorted([*lines, *found.splitlines()])) + "\n")


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
