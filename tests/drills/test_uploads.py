"""The web process killed in the middle of a part: what was not checked does not count."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
from base64 import b64encode

import pytest
from django.test import Client

from core.members.models import Member
from tests.bench import cpu
from tests.drills.web import Asker, web_process
from tests.waiting import until

PART = os.urandom(4 * 2**20)


@pytest.mark.parametrize("is_checked", [True, False])
def test_after_a_kill_bytes_count_unless_they_were_to_be_checked(
    is_checked, tmp_path, django_db_blocker
):
    with web_process(tmp_path, django_db_blocker) as web:
        boss = Member.objects.create_superuser("boss@lectern.example", "s3cret-words")
        client = Client()
        client.force_login(boss)
        cookie = f"sessionid={client.cookies['sessionid'].value}"
        headers = {"Tus-Resumable": "1.0.0", "Cookie": cookie}
        name = b64encode(b"film.mp4").decode()
        words = {"Upload-Length": str(len(PART)), "Upload-Metadata": f"filename {name}"}
        path = asked(web, headers, "/uploads/", "POST", words)["Location"]
        file = tmp_path / "uploads" / path.strip("/").split("/")[-1].replace("-", "")
        wire = send_half(web.port, path, headers, is_checked)
        until(lambda: file.exists() and file.stat().st_size >= 2**20)
        kill(web)
        wire.close()
        web.start()
        held = int(asked(web, headers, path, "HEAD")["Upload-Offset"])
        assert (held == 0) == is_checked
        assert file.stat().st_size == held
        assert file.read_bytes() == PART[:held]


def asked(web, headers, *question):
    asker = Asker(web.port, **headers)
    try:
        return asker.ask(*question).headers
    finally:
        asker.close()


def send_half(port, path, headers, is_checked):
    lines = [f"PATCH {path} HTTP/1.1", f"Host: localhost:{port}", "Upload-Offset: 0"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += ["Content-Type: application/offset+octet-stream", f"Content-Length: {len(PART)}"]
    if is_checked:
        digest = b64encode(hashlib.sha256(PART).digest()).decode()
        lines.append(f"Upload-Checksum: sha256 {digest}")
    wire = socket.create_connection(("127.0.0.1", port))
    wire.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + PART[: len(PART) // 2])
    return wire


def kill(web):
    pid = web.child("web").process.pid
    for each in [pid, *cpu.descendants(pid)]:
        os.kill(each, signal.SIGKILL)
    web.child("web").process.wait()
