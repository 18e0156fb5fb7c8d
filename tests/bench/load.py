"""A light load: prepared requests over kept connections, each answer read whole."""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

BIG = 1 << 18


@dataclass
class Outcome:
    """What came back."""

    seconds: float = 0.0
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def answers(self) -> int:
        return sum(self.statuses.values())

    @property
    def rate(self) -> float:
        return self.answers / self.seconds if self.seconds else 0.0

    def good(self) -> int:
        return sum(count for status, count in self.statuses.items() if status < 400)


@dataclass
class Line:
    """One kept connection with at most one request under way."""

    port: int
    requests: Iterator[bytes]
    wire: socket.socket = field(init=False)
    buffer: bytes = b""
    asked: bytes = b""

    def __post_init__(self) -> None:
        self.wire = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> bool:
        self.asked = next(self.requests, b"")
        if self.asked:
            self.wire.sendall(self.asked)
        return bool(self.asked)

    def answer(self) -> int | None:
        """Return the status once the answer is whole; 0 where the line was cut."""
        try:
            part = self.wire.recv(BIG)
        except OSError:
            return 0
        if not part:
            return 0
        self.buffer += part
        head, gap, body = self.buffer.partition(b"\r\n\r\n")
        if not gap or not _is_whole(head, body):
            return None
        self.buffer = b""
        return int(head[9:12])


def _is_whole(head: bytes, body: bytes) -> bool:
    low = head.lower()
    at = low.find(b"content-length:")
    if at >= 0:
        return len(body) >= int(low[at + 15 :].split(b"\r\n", 1)[0])
    if b"transfer-encoding: chunked" in low:
        return body.endswith(b"0\r\n\r\n")
    return True  # 204 has no body


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """Return a request as bytes; header names are written with underscores."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def run(
    port: int,
    requests: Iterator[bytes],
    *,
    lines: int = 16,
    on_answer: Callable[[bytes, int], None] | None = None,
) -> Outcome:
    """Send all ``requests``, ``lines`` at a time; a cut line ends, the others go on."""
    outcome = Outcome()
    selector = selectors.DefaultSelector()
    for _number in range(lines):
        line = Line(port, requests)
        if line.ask():
            selector.register(line.wire, selectors.EVENT_READ, line)
    began = time.perf_counter()
    while selector.get_map():
        for key, _events in selector.select(timeout=30) or _nobody():
            _hear(key.data, selector, outcome, on_answer)
    outcome.seconds = time.perf_counter() - began
    return outcome


def _hear(
    line: Line,
    selector: selectors.BaseSelector,
    outcome: Outcome,
    on_answer: Callable[[bytes, int], None] | None,
) -> None:
    status = line.answer()
    if status is None:
        return
    if status:
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        if on_answer:
            on_answer(line.asked, status)
    if not (status and _asks_again(line)):
        selector.unregister(line.wire)
        line.wire.close()


def _asks_again(line: Line) -> bool:
    try:
        return line.ask()
    except OSError:
        return False


def _nobody() -> list:
    raise TimeoutError("Nobody answered for half a minute.")
