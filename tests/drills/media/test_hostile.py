"""No hostile file reaches another file or another machine; honest ones pass."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from itertools import islice

import pytest

from core.jobs import walls
from core.storage.models import StoredObject
from core.storage.services import place
from tests.drills.media import hostile
from tests.workers.conftest import AAC, H264, make, picture, sound

CANARY = b"canary-7f3a-"
HONEST = {
    "a.mp4": (*H264, *AAC),
    "b.mov": (*H264, *AAC),
    "c.mkv": ("-c:v", "mpeg4", "-c:a", "ac3"),
    "d.webm": ("-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"),
    "e.avi": ("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    "f.ts": (*H264, *AAC),
    "g.mp3": ("-vn", "-c:a", "libmp3lame"),
    "h.flac": ("-vn", "-c:a", "flac"),
    "i.ogg": ("-vn", "-c:a", "libvorbis"),
    "j.wav": ("-vn",),
}


class Listener:
    """Counts who calls."""

    def __init__(self) -> None:
        self.calls = 0
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.socket.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                call, _who = self.socket.accept()
            except OSError:
                return
            self.calls += 1
            call.close()


@pytest.fixture
def listener_() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.socket.close()


@pytest.mark.parametrize("most", [12, pytest.param(99, marks=pytest.mark.drill)])
@pytest.mark.parametrize("behind_walls", [True, False])
def test_nothing_hostile_is_read_or_called(
    most, behind_walls, prepare, tmp_path, listener_, monkeypatch, capsys
):
    if not behind_walls:  # the formats' list alone must hold
        monkeypatch.setattr(walls, "bubblewrap", lambda: None)
    secret = tmp_path / "secret.ts"
    secret.write_bytes(CANARY * 4000)
    film = make(tmp_path / "honest.mp4", *picture(), *sound(), *H264, *AAC).read_bytes()
    every = list(hostile.files(secret, listener_.port, film))
    step = max(1, len(every) // most)
    tried = list(islice(every, 0, None, step))
    failed = 0
    for number, (name, content) in enumerate(tried):
        folder = tmp_path / f"h{number}"
        folder.mkdir()
        (folder / name).write_bytes(content)
        asset = prepare(folder / name)
        assert asset.status in ("failed", "ready")
        failed += asset.status == "failed"
        if asset.status == "failed":
            assert len(asset.error) > 30
    linked = tmp_path / "linked.mp4"
    linked.symlink_to(secret)
    assert prepare(linked).status == "failed"
    leaked = sum(leaks())
    with capsys.disabled():
        print(
            f"\n{len(tried)} hostile files {'behind walls' if behind_walls else 'without walls'}: "
            f"{failed} refused, {leaked} bytes of the canary in outputs, {listener_.calls} calls"
        )
    assert (leaked, listener_.calls) == (0, 0)
    assert failed >= len(tried) - 1  # the film that points elsewhere may play what it has itself


def leaks() -> Iterator[int]:
    """Bytes of the canary in whatever was made of the originals."""
    for stored in StoredObject.objects.exclude(key__endswith="original"):
        for key in place(stored).walk(stored.key):
            yield b"".join(place(stored).open(key)).count(CANARY) * len(CANARY)


@pytest.mark.parametrize("names", [["a.mp4"], pytest.param(HONEST, marks=pytest.mark.drill)])
def test_honest_formats_pass(names, prepare, tmp_path, capsys):
    ready = []
    for name in names:
        video = picture() if "-vn" not in HONEST[name] else ()
        options = [word for word in HONEST[name] if word != "-vn"]
        asset = prepare(make(tmp_path / name, *video, *sound(), *options))
        ready += [name] if asset.status == "ready" else []
    with capsys.disabled():
        print(f"\n{len(ready)}/{len(names)} honest formats pass")
    assert ready == list(names)
