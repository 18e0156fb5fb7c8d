"""The environment is read in one place, and what is wrong is said with a hint."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import environ
import pytest

from config.checks import deployment
from config.environment import ROOT, Environment


@pytest.fixture
def environment(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "PORT", "BASE_URL", "DATABASE_POOL"):
        monkeypatch.delenv(name, raising=False)
    return Environment(read=environ.Env(), data_dir=tmp_path)


def test_running_servers_of_the_same_folder_are_found(environment, tmp_path):
    found = {
        "database_url": "postgres://a:b@127.0.0.1:5/c",
        "redis_url": "redis://:w@127.0.0.1:6/0",
    }
    (tmp_path / "services.json").write_text(json.dumps({**found, "port": "8123"}))
    assert environment.database_url == found["database_url"]
    assert environment.redis_url == found["redis_url"]
    assert environment.base_url == "http://localhost:8123"


def test_a_given_address_wins(environment, tmp_path, monkeypatch):
    (tmp_path / "services.json").write_text('{"redis_url": "redis://embedded"}')
    monkeypatch.setenv("REDIS_URL", "redis://given")
    assert environment.redis_url == "redis://given"


def test_a_kept_secret_is_made_once_and_is_for_us_alone(environment, tmp_path):
    first = environment.kept_secret("secret_key")
    assert environment.kept_secret("secret_key") == first
    assert len(first) > 50
    path = tmp_path / "secrets" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_pool_replaces_kept_connections(environment, monkeypatch):
    assert environment.database()["CONN_MAX_AGE"] == 60
    monkeypatch.setenv("DATABASE_POOL", "8")
    found = environment.database()
    assert found["CONN_MAX_AGE"] == 0
    assert found["OPTIONS"]["pool"]["max_size"] == 8


def run(code, **env):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**kept, "DJANGO_SETTINGS_MODULE": "config.settings.production", **env},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_wrong_deployment_does_not_start_and_says_what_to_set(tmp_path):
    done = run("import config.wsgi", DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "BASE_URL"):
        assert f"{name} is not" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "price, is_wrong", [("0.04", False), ("", False), ("4 cents", True), ("-1", True)]
)
def test_a_price_that_is_none_is_named(settings, price, is_wrong):
    settings.IS_PRODUCTION, settings.CPU_HOUR_PRICE = True, price
    assert ("lectern.W002" in {one.id for one in deployment()}) == is_wrong


def test_no_secret_is_made_up_for_a_deployment(tmp_path):
    run("import config.settings.production", DATA_DIR=str(tmp_path))
    assert list(Path(tmp_path).rglob("secret_key")) == []


@pytest.mark.parametrize("version", ["2.7.18", "3.6.15", "3.10.13"])
def test_an_old_python_says_one_clear_line(version, tmp_path):
    """The file is read by whatever Python there is; the version test is all it may reach."""
    source = (ROOT / "site" / "config" / "bootstrap.py").read_text()
    numbers = tuple(map(int, version.split(".")))
    old = f"import sys\nsys.version_info = {numbers}\n"
    done = subprocess.run(
        [sys.executable, "-"],
        input=old + source.replace("__file__", repr(str(tmp_path / "a" / "b" / "c" / "d"))),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Lectern needs Python 3.11, 3.12 or 3.13" in done.stderr
    assert "Traceback" not in done.stderr
