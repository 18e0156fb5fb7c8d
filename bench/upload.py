"""Uploads: 2 GB through tus, ours beside the reference Node server, in one run.

Run it alone with ``python bench/upload.py [megabytes]``; it needs DATABASE_URL and REDIS_URL.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 2**20
PART = 16 * MEGABYTE
BODY = "application/offset+octet-stream"
HERE = Path(__file__).parent
REFERENCE = HERE / "tus_reference"


@dataclass
class Server:
    """A running server: where it listens, its processes, and what it must be told."""

    name: str
    port: int
    processes: list[int]
    headers: dict[str, str]


def figures(megabytes: int = 2048) -> list[dict[str, object]]:
    """Return rows: name, value, unit, target, ok."""
    with tempfile.TemporaryDirectory(dir=_roomy()) as folder:
        with _reference(Path(folder) / "theirs") as theirs:
            whole_theirs, parts_theirs = _rates(theirs, megabytes)
        with _ours(Path(folder) / "ours") as ours:
            _send(ours, 64, 64 * MEGABYTE)  # Django imports what it needs
            before = _memory(ours.processes)
            whole, parts = _rates(ours, megabytes)
            grown = _memory(ours.processes, peak=True) - before
    return [
        _row("upload, one PATCH: reference server", whole_theirs, "MB/s"),
        _row("upload, one PATCH", whole, "MB/s"),
        _row("upload, one PATCH: ours ÷ reference", whole / whole_theirs, "×", at_least=1.5),
        _row("upload, 16 MiB parts: reference server", parts_theirs, "MB/s"),
        _row("upload, 16 MiB parts", parts, "MB/s"),
        _row("upload, 16 MiB parts: ours ÷ reference", parts / parts_theirs, "×", at_least=1.5),
        _row("upload: memory taken on top", grown, "MB", at_most=70),
    ]


def _row(
    name: str,
    value: float,
    unit: str,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> dict[str, object]:
    ok = (at_least is None or value >= at_least) and (at_most is None or value <= at_most)
    target = (
        f"≥ {at_least}" if at_least is not None else f"≤ {at_most}" if at_most is not None else ""
    )
    return {"name": name, "value": round(value, 2), "unit": unit, "target": target, "ok": ok}


def _roomy() -> Path:
    folder = Path(os.environ.get("DATA_DIR", tempfile.gettempdir()))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _rates(server: Server, megabytes: int) -> tuple[float, float]:
    """Return MB/s in one PATCH and in parts, the better of two runs each."""
    sizes = (megabytes * MEGABYTE, PART)
    whole, parts = (max(_send(server, megabytes, size) for _ in range(2)) for size in sizes)
    return whole, parts


def _send(server: Server, megabytes: int, part: int) -> float:
    """Upload that much and end the upload, or what became of it; return MB/s."""
    block = os.urandom(MEGABYTE)
    client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    words = {"filename": "bench.bin", "kind": "file"}
    described = ",".join(
        f"{key} {base64.b64encode(word.encode()).decode()}" for key, word in words.items()
    )
    size = megabytes * MEGABYTE
    client.request(
        "POST", "/uploads/" if server.name == "ours" else "/uploads",
        headers={**server.headers, "Upload-Length": str(size), "Upload-Metadata": described},
    )  # fmt: skip
    begun = client.getresponse()
    begun.read()
    path = "/uploads/" + begun.headers["Location"].rsplit("/", 1)[1]
    start, offset = time.perf_counter(), 0
    while offset < size:
        offset = _patch(client, server, path, offset, min(part, size - offset), block)
    seconds = time.perf_counter() - start
    client.close()
    return megabytes / seconds


def _patch(
    client: http.client.HTTPConnection,
    server: Server,
    path: str,
    offset: int,
    length: int,
    block: bytes,
) -> int:
    client.putrequest("PATCH", path)
    own = {"Content-Type": BODY, "Upload-Offset": str(offset), "Content-Length": str(length)}
    for name, value in {**server.headers, **own}.items():
        client.putheader(name, value)
    client.endheaders()
    for _ in range(length // MEGABYTE):
        client.sock.sendall(block)
    answer = client.getresponse()
    answer.read()
    assert answer.status == 204, answer.status
    return int(answer.headers["Upload-Offset"])


def _memory(processes: list[int], *, peak: bool = False) -> float:
    """Return the largest process's resident memory in MB."""
    name = "VmHWM" if peak else "VmRSS"
    return max(
        int(line.split()[1]) / 1024
        for process in processes
        for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith(name)
    )


@contextlib.contextmanager
def _reference(folder: Path) -> Iterator[Server]:
    """The reference server; its packages are installed once, beside it."""
    node = Path(sys.executable).parent / "node"
    if not (REFERENCE / "node_modules").is_dir():
        npm = [str(node.with_name("npm")), "ci", "--silent", "--no-audit", "--no-fund"]
        path = f"{node.parent}:{os.environ['PATH']}"
        subprocess.run(npm, cwd=REFERENCE, check=True, env={**os.environ, "PATH": path})
    folder.mkdir()
    command = [str(node), "server.mjs", str(folder)]
    process = subprocess.Popen(command, cwd=REFERENCE, stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline())
        yield Server("reference", port, [process.pid], {"Tus-Resumable": "1.0.0"})
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _ours(folder: Path) -> Iterator[Server]:
    """The web process as it is run, with one worker, and a signed-in editor's cookie."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    os.environ["DATA_DIR"] = str(folder)
    import django

    django.setup()
    from config.embedded.ports import free_port

    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--blocking-threads", "8", "--log-level", "warning", "--no-access-log"]
    command += ["--workers-kill-timeout", "2"]
    process = subprocess.Popen([*command, "config.wsgi:application"], cwd=HERE.parent)
    try:
        _wait_for(port)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        with _editor() as cookie:
            headers = {"Tus-Resumable": "1.0.0", "Cookie": cookie}
            yield Server("ours", port, [int(child) for child in children], headers)
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            client.request("OPTIONS", "/uploads/")
            client.getresponse().read()
            client.close()
            return
        time.sleep(0.1)
    raise TimeoutError("The web process did not start.")


@contextlib.contextmanager
def _editor() -> Iterator[str]:
    """A signed-in editor for the time of the run, and nothing of theirs afterwards."""
    from django.conf import settings
    from django.test import Client

    from core.media.models import Asset
    from core.members.models import Member
    from core.storage.models import StoredObject

    member = Member.objects.create_superuser(f"bench-{os.getpid()}@lectern.example", "bench")
    client = Client()
    client.force_login(member)
    try:
        yield f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    finally:
        mine = Asset.objects.filter(uploaded_by=member)
        objects = list(mine.exclude(original=None).values_list("original", flat=True))
        mine.delete()
        StoredObject.objects.filter(pk__in=objects).delete()  # the bytes go with their folder
        client.logout()
        member.delete()


if __name__ == "__main__":
    print(json.dumps(figures(*map(int, sys.argv[1:2])), indent=2, ensure_ascii=False))
