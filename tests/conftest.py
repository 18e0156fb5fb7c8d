"""What every test stands on: a database cloned from a migrated template, and clean caches."""

from __future__ import annotations

import hashlib
import os
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
from psycopg import sql

TEMPLATE_LOCK = 0x1EC7E2  # an advisory lock: one process migrates, the others wait


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Give this worker a database of its own in a fifth of a second."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")  # noqa: TID251 - xdist's own name
    name = f"test_{settings.DATABASES['default']['NAME']}_{worker}_{os.getpid()}"
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        template = _migrated_template()
        _server_do("CREATE DATABASE {} TEMPLATE {}", name, template)
        _use(name)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.close()
        _server_do("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _migrated_template() -> str:
    name = f"lectern_template_{_fingerprint()}"
    with _server() as server:
        server.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not found.fetchone():
            _make_template(server, name)
    return name


def _make_template(server: psycopg.Connection, name: str) -> None:
    draft = f"{name}_{os.getpid()}"
    server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    _use(draft)
    call_command("migrate", verbosity=0, interactive=False)
    connection.close()
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
    keys = cache._cache.get_client().keys(f"{settings.CACHES['default']['KEY_PREFIX']}*")
    if keys:
        cache._cache.get_client().delete(*keys)
