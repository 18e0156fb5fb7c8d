"""Asks every URL of the house, by every method, as every role, and writes down the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from .world import ROLES, World

TABLE = Path(__file__).with_name("matrix.txt")
METHODS = ("GET", "POST")
ARGUMENT = re.compile(r"<(?:(?P<kind>[^:<>]+):)?(?P<name>\w+)>")
SLUGS = {"app_label": "pages", "model_name": "program", "language": "en", "ending": "vtt"}
HEAD = (
    "# Who gets what answer: every URL x method x role. `other` edits another site.\n"
    "# ok = shown, to = sent on, sign-in = asked to sign in, no = refused, none = not found,\n"
    "# bad = not understood, method = not allowed. Written by MATRIX=write pytest tests/house;\n"
    "# read what changed before it is committed: test_matrix.py knows what may never stand here.\n"
)


def patterns() -> list[str]:
    """Return every URL pattern, ours, Wagtail's, allauth's and plugins', once."""
    return sorted(set(_walk(get_resolver(), "")))


def _walk(resolver: URLResolver, before: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield whole
        else:
            yield from _walk(pattern, whole)


def example(pattern: str, world: World) -> str:
    """Return a path that the pattern matches, about a thing that is there."""
    if "(?P<" in pattern or pattern.endswith("$"):
        return _example_of_expression(pattern)
    whole = pattern
    return "/" + ARGUMENT.sub(lambda found: _value(whole, found, world), pattern)


def _value(pattern: str, found: re.Match[str], world: World) -> str:
    kind, name = found["kind"] or "str", found["name"]
    value = world.value(pattern, name)
    if kind == "int" and not value.isdigit():
        return "0"
    if kind == "uuid" and "-" not in value:
        return "00000000-0000-0000-0000-000000000007"
    if kind == "slug" and name != "plugin":
        return SLUGS.get(name, "pages")
    return value


def _example_of_expression(pattern: str) -> str:
    known = {"^p/": "/p/token/asset/master.m3u8", "^pictures/": "/pictures/images/picture.png"}
    for start, path in known.items():
        if pattern.startswith(start):
            return path
    if pattern.startswith("^("):
        return "/program/"
    plain = re.sub(r"\(\?P<\w+>.*?\)(?=/|\$|-)", "x", pattern)
    return "/" + re.sub(r"[\^$\\]|\(\?:?|\)", "", plain)


def answers(method: str, world: World) -> Iterator[str]:
    clients = {role: _client(role, world) for role in ROLES}
    for pattern in patterns():
        path = example(pattern, world)
        found = [_answer(method, path, clients[role]) for role in ROLES]
        yield f"{method:<5} {pattern:<96} " + " ".join(f"{word:<9}" for word in found).rstrip()


def _client(role: str, world: World) -> Client:
    client = Client(raise_request_exception=False)
    if role in world.members:
        client.force_login(world.members[role])
    return client


def _answer(method: str, path: str, client: Client) -> str:
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():  # whatever a request does, the next one finds the world as it was
        response = client.generic(method, path)
        word = _word(response.status_code, response.get("Location", ""))
        transaction.set_rollback(True)
    client.cookies = SimpleCookie(cookies)
    return word


def _word(status: int, location: str) -> str:
    if status in range(300, 400):
        return "sign-in" if "login" in location or "reauthenticate" in location else "to"
    known = {401: "no", 403: "no", 404: "none", 405: "method", 410: "none"}
    if status in known:
        return known[status]
    return {2: "ok", 4: "bad", 5: "FAIL"}[status // 100]
