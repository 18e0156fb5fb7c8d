"""Editors with and without leave to upload, small real films, and the door for uploads."""

from __future__ import annotations

import subprocess
import threading
from base64 import b64encode
from io import BytesIO
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.test import Client
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from config.wsgi import application
from core.media import services
from core.members.models import Member
from plugins.ffmpeg.commands import binary


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_UPLOADS = tmp_path / "data" / "uploads"


@pytest.fixture
def uploader(db):
    """Somebody whom a group lets add media, and who works on every site."""
    group = Group.objects.create(name="Media")
    GroupPagePermission.objects.create(
        group=group,
        page=Page.get_first_root_node(),
        permission=Permission.objects.get(codename="change_page"),
    )
    GroupCollectionPermission.objects.create(
        group=group,
        collection=Collection.get_first_root_node(),
        permission=Permission.objects.get(codename="add_asset"),
    )
    person = Member.objects.create_user("uploader@lectern.example", "s3cret-words")
    person.groups.add(group)
    return person


@pytest.fixture
def begin(site, uploader):
    def do(size=10, name="film.mp4", **more):
        return services.start_upload(
            site=site, member=uploader, file_name=name, size=size, content_type="video/mp4", **more
        )

    return do


@pytest.fixture(scope="session")
def clip(tmp_path_factory):
    """A second of H.264 and AAC."""
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=1"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:duration=1"]
    coded = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "12", "-c:a", "aac", "-ac", "2"]
    command = [binary(), "-v", "error", *picture, *sound, *coded, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def cookie_of(person):
    client = Client()
    client.force_login(person)
    return f"sessionid={client.cookies['sessionid'].value}"


def described(**words):
    """Write an Upload-Metadata header."""
    return ",".join(f"{key} {b64encode(word.encode()).decode()}" for key, word in words.items())


class Door:
    """Asks the web process's application as one signed-in person would."""

    def __init__(self, person=None):
        self.cookie = cookie_of(person) if person else ""

    def ask(self, method, path, body=b"", **headers):
        headers = {"Tus-Resumable": "1.0.0", "Cookie": self.cookie, **headers}
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": headers.pop("Content-Type", ""),
            "wsgi.input": BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": BytesIO(),
        }
        for name, value in headers.items():
            if value is not None:
                environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
        answer = SimpleNamespace(status=0, headers={}, words="")

        def start(status, fields, _exc=None):
            answer.status, answer.headers = int(status[:3]), dict(fields)

        chunks = application(environ, start)
        answer.words = b"".join(chunks).decode()
        chunks.close()
        return answer

    def begin(self, size=10, name="film.mp4", **headers):
        words = described(filename=name, filetype="video/mp4")
        headers = {"Upload-Length": str(size), "Upload-Metadata": words, **headers}
        return self.ask("POST", "/uploads/", headers.pop("body", b""), **headers)

    def patch(self, path, offset, body, **headers):
        kind = {"Content-Type": "application/offset+octet-stream"}
        return self.ask("PATCH", path, body, **{**kind, "Upload-Offset": str(offset), **headers})


@pytest.fixture
def _open_connections():
    """Connections stay open for the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def door(_open_connections, site):
    return Door


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(_open_connections, site):
    """A real HTTP server that shares the test's transaction; one request at a time."""
    http = WSGIServer(("127.0.0.1", 0), _Quiet)
    http.set_app(application)
    own = connections["default"]
    own.inc_thread_sharing()

    def serve():
        connections["default"] = own
        http.serve_forever(poll_interval=0.01)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}"
    http.shutdown()
    http.server_close()
    thread.join()
    own.dec_thread_sharing()
