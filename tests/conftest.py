"""What every test stands on: a database cloned from a migrated template, and clean caches."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from core.contract import switches
from tests import chromium

LEFT_OUT = pytest.StashKey[int]()
FLUSHED = pytest.StashKey[bool]()
TEMPLATE_LOCK = 0x1EC7E2  # an advisory lock: one process migrates, the others wait


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker) -> Iterator[None]:
    """Give this worker a database of its own in a fifth of a second."""
    with django_db_blocker.unblock():
        name = clone_of_template("test")
        _use(name)
    yield
    with django_db_blocker.unblock():
        drop(name)


def clone_of_template(kind: str) -> str:
    """Create a migrated database and return its name."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{kind}_{os.getpid()}_{worker}_{secrets.token_hex(3)}"
    _server_do("CREATE DATABASE {} TEMPLATE {}", name, _migrated_template())
    return name


def drop(name: str) -> None:
    connection.close()
    _server_do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin with a whole database: a test that commits leaves an empty one behind."""
    if item.config.stash.get(FLUSHED, False):
        item.config.stash[FLUSHED] = False
        name = settings.DATABASES["default"]["NAME"]
        connection.close()
        _server_do("DROP DATABASE {} WITH (FORCE)", name)
        _server_do("CREATE DATABASE {} TEMPLATE {}", name, _migrated_template())


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
    _use(before)
    server.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
            sql.Identifier(draft), sql.Identifier(name)
        )
    )


def _fingerprint() -> str:
    """Return a hash of every migration, ours and the libraries'."""
    digest = hashlib.sha256()
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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Journeys share one stack, so one worker; without a browser they are left out, loudly."""
    journeys = [item for item in items if "journeys" in item.path.parts]
    for item in journeys:
        item.add_marker(pytest.mark.journey)
        item.add_marker(pytest.mark.xdist_group("journeys"))
    if journeys and not chromium.find():
        config.stash[LEFT_OUT] = len(journeys)
        items[:] = [item for item in items if item not in journeys]


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    if is_without_browser(config):
        terminalreporter.section("BROWSER JOURNEYS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.write_line(chromium.HOW_TO_GET_ONE)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a run without a browser is a failure."""
    if os.environ.get("CI") and is_without_browser(session.config) and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def is_without_browser(config: pytest.Config) -> bool:
    """Tell it in xdist's controller too, which collects nothing itself."""
    wanted = any(
        "journeys" in str(Path(place).resolve()) or _holds_journeys(place)
        for place in (config.args or ["tests"])
    )
    return wanted and not chromium.find()


def _holds_journeys(place: str) -> bool:
    return any(Path(place.partition("::")[0]).glob("**/journeys/test_*.py"))


@pytest.fixture
def wait_for() -> Callable[..., None]:
    """Wait for a condition, never for a time."""

    def wait(condition: Callable[[], bool], *, seconds: float = 10) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"{condition} did not come true in {seconds} s"
            time.sleep(0.05)

    return wait
