"""The drills use the gate's own fixtures; each crew has a database and a Redis of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from config.embedded.ports import free_port
from config.embedded.valkey import Valkey
from tests.conftest import _use, clone_of_template, drop
from tests.core.conftest import *  # noqa: F403
from tests.core.playback.conftest import *  # noqa: F403
from tests.drills.crew import Crew, crew
from tests.stack import _url_of


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database that other processes see too, cloned from the migrated template."""
    with django_db_blocker.unblock():
        before = connection.settings_dict["NAME"]
        name = clone_of_template("drill")
        _use(name)
        yield _url_of(name)
        _use(before)
        drop(name)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Valkey]:
    """A server, not a number on one that drills beside this one use and wipe."""
    server = Valkey(tmp_path / "redis", free_port(), "drill", tmp_path / "redis.log")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def staff(own_database: str, redis: Valkey, tmp_path: Path) -> Iterator[Crew]:
    with crew(tmp_path / "crew", own_database, redis.url()) as hired:
        yield hired
