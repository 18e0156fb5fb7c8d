"""What every test stands on: a database cloned from a migrated template, and clean caches."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import TransactionTestCase
from psycopg import sql

from core.contract import switches
from pages import foundation
from pages.foundation import found_site
from tests import chromium

FLUSHED = pytest.StashKey[bool]()
LEFT: list[str] = []  # databases that nobody uses any more
TEMPLATE_LOCK = 0x1EC7E2  # an advisory lock: one process migrates, the others wait


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """Give this worker a database of its own in a fifth of a second."""
    with django_db_blocker.unblock():
        name = clone_of_template("test")
        _use(name)
    # A test that commits leaves a database that is thrown away: its tables need no emptying.
    TransactionTestCase._fixture_teardown = lambda _case: None
    yield
    with django_db_blocker.unblock():
        drop(settings.DATABASES["default"]["NAME"])
        for left in LEFT:
            _server_do("DROP DATABASE IF EXISTS {} WITH (FORCE)", left)


def clone_of_template(kind: str) -> str:
    """Create a migrated database and return its name."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{kind}_{os.getpid()}_{worker}_{secrets.token_hex(3)}"
    _server_do("CREATE DATABASE {} TEMPLATE {}", name, _migrated_template())
    return name


def drop(name: str) -> None:
    """Have a database go when the tests end: ext4 takes long to create where it just deleted."""
    connection.close()
    LEFT.append(name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin with a whole database: a test that commits leaves a changed one behind."""
    if item.config.stash.get(FLUSHED, False):
        item.config.stash[FLUSHED] = False
        drop(settings.DATABASES["default"]["NAME"])
        _use(clone_of_template("test"))


def pytest_runtest_teardown(item: pytest.Item) -> None:
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
        item.config.stash[FLUSHED] = True


def _migrated_template() -> str:
    name = f"lectern_template_{_fingerprint()}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not found.fetchone():
            _make_template(server, name)
    return name


def _make_template(server: psycopg.Connection, name: str) -> None:
    draft, before = f"{name}_{os.getpid()}", connection.settings_dict["NAME"]
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    _use(draft)
    call_command("migrate", verbosity=0, interactive=False)
    found_site()  # a home page in front, as every living site has
    _use(before)
    server.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(draft), sql.Identifier(name)
        )
    )


def _fingerprint() -> str:
    """Return a hash of every migration, ours and the libraries', and of what else stands there."""
    digest = hashlib.sha256(Path(foundation.__file__).read_bytes())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        folder = Path(config.path) / "migrations"
        for file in sorted(folder.glob("*.py")):
            digest.update(f"{config.label}/{file.name}".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _server() -> psycopg.Connection:
    parts = connection.get_connection_params()
    wanted = {key: parts[key] for key in ("host", "port", "user", "password") if parts.get(key)}
    return psycopg.connect(**wanted, dbname="postgres", autocommit=True)


def _server_do(statement: str, *names: str) -> None:
    with _server() as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture(scope="session", autouse=True)
def _own_data_folder() -> Iterator[None]:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    yield
    shutil.rmtree(settings.DATA_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _fresh_cache() -> Iterator[None]:
    yield
    switches.forget()  # the rows a test has flipped are rolled back
    keys = cache._cache.get_client().keys(f"{settings.CACHES['default']['KEY_PREFIX']}*")
    if keys:
        cache._cache.get_client().delete(*keys)


def pytest_configure(config: pytest.Config) -> None:
    """Look for a browser once: workers that start afterwards are told where it is."""
    if _is_in_charge(config) and _wants_journeys(config):
        os.environ["CHROMIUM"] = chromium.find() or chromium.NONE


@pytest.hookimpl(tryfirst=True)  # before groups are read off the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Drills take their time; journeys share one worker, and are left out without a browser."""
    # Stable: what needs no database goes ahead, while another process makes the template.
    items.sort(key=lambda item: item.get_closest_marker("early") is None)
    for item in items:
        if item.get_closest_marker("drill"):
            item.add_marker(pytest.mark.timeout(0))  # it takes its minutes, or its hours
    journeys = [item for item in items if "journeys" in item.path.parts]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
        item.add_marker(pytest.mark.xdist_group("journeys"))
    if journeys and not chromium.find():
        items[:] = [item for item in items if item not in journeys]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """Say last of all that no browser could be had; in CI that is a failure."""
    without = _is_in_charge(session.config) and is_without_browser(session.config)
    if without and os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    yield
    if without:
        _say_that_journeys_did_not_run(session.config)


def _say_that_journeys_did_not_run(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reporter.ensure_newline()
    reporter.section("BROWSER JOURNEYS DID NOT RUN", sep="!", red=True, bold=True)
    reporter.write_line(chromium.HOW_TO_GET_ONE)
    if os.environ.get("CI"):
        reporter.write_line("CI is set: a run without them is a failure.", red=True)


def _is_in_charge(config: pytest.Config) -> bool:
    """Tell xdist's controller, or the only process, from the workers."""
    return not hasattr(config, "workerinput")


def is_without_browser(config: pytest.Config) -> bool:
    """Tell it in xdist's controller too, which collects nothing itself."""
    return _wants_journeys(config) and not chromium.find()


def _wants_journeys(config: pytest.Config) -> bool:
    return not config.option.collectonly and any(
        "journeys" in str(Path(place).resolve()) or _holds_journeys(place)
        for place in (config.args or ["tests"])
    )


def _holds_journeys(place: str) -> bool:
    return any(Path(place.partition("::")[0]).glob("**/journeys/test_*.py"))
