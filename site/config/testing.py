"""A pytest plugin: where no server is given, PostgreSQL and Valkey start with the tests."""

from __future__ import annotations

import atexit
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.ports import free_port
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from config.environment import ROOT

# A test server may lose everything in a power cut; it may not lose time.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=64MB")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Runs before Django's settings are read; xdist's workers inherit what is set here."""
    environ = os.environ  # noqa: TID251 - it hands servers to the tests as an operator would
    environ.setdefault("LECTERN_PROCESS", "tests")
    if not environ.get("DATABASE_URL"):
        environ["DATABASE_URL"] = _postgres()
    if not environ.get("REDIS_URL"):
        environ["REDIS_URL"] = _valkey()
    return (yield)


def _postgres() -> str:
    """Start over a kept folder, so that the migrated template is there the next time."""
    folder = _kept_folder() or _passing_folder()
    word = folder / "word"
    if not word.exists():
        word.touch(mode=0o600)
        word.write_text(secrets.token_hex(16), encoding="ascii")
    server = Postgres(
        folder / "postgres", free_port(), word.read_text(), folder / "postgres.log", CARELESS
    )
    server.start()
    atexit.register(server.stop)
    server.ensure_database("lectern")
    return server.url("lectern")


def _valkey() -> str:
    folder = _passing_folder()
    server = Valkey(folder, free_port(), secrets.token_hex(16), folder / "valkey.log")
    server.start()
    atexit.register(server.stop)
    return server.url()


def _kept_folder() -> Path | None:
    """Return the repository's own folder for test servers, unless another run has it."""
    folder = ROOT / ".data" / "tests"
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    atexit.register(lock.close)  # held until this process ends
    return folder


def _passing_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="lectern-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
