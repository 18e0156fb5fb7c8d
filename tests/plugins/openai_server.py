"""A small server that answers as OpenAI's published API does (audio transcriptions, models)."""

from __future__ import annotations

import io
import json
import threading
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-right"
LARGEST = 25 * 1024 * 1024
LOUD = 200
FORMATS = {"json", "text", "srt", "verbose_json", "vtt"}
LANGUAGES = {"en": "english", "de": "german", "zh": "chinese", "gu": "gujarati", "mi": "maori"}


class Refusal(Exception):
    """An error in the API's own form."""

    def __init__(
        self, status: int, message: str, code: str | None = None, *, retry_after: str = ""
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status
        self.body = {
            "error": {
                "message": message,
                "type": "invalid_request_error",
                "param": None,
                "code": code,
            }
        }


class OpenAIServer(ThreadingHTTPServer):
    """``text`` is what it hears in any sound that is not silent; ``trouble`` is raised first."""

    daemon_threads = True

    def __init__(self, text: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.text = text
        self.spoken = "en"  # what it hears where nobody says the language
        self.trouble: list[Refusal] = []
        self.asked: list[dict[str, Any]] = []
        self.leaves_out: set[str] = set()  # what a server like it does not tell
        self.held = threading.Event()
        self.held.set()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@contextmanager
def serving(text: str) -> Iterator[OpenAIServer]:
    server = OpenAIServer(text)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.held.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    server: OpenAIServer

    def do_GET(self) -> None:
        self._answer(self._models)

    def do_POST(self) -> None:
        self._answer(self._transcription)

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, make: Any) -> None:
        try:
            if self.headers.get("Authorization") != f"Bearer {KEY}":
                raise Refusal(401, "Incorrect API key provided.", "invalid_api_key")
            status, body, wait = 200, make(), ""
        except Refusal as refusal:
            status, body, wait = refusal.status, refusal.body, refusal.retry_after
        data = json.dumps(body).encode()
        self.send_response(status)
        if wait:
            self.send_header("Retry-After", wait)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _models(self) -> dict[str, Any]:
        if self.path != "/v1/models":
            raise Refusal(404, "Invalid URL")
        rows = [{"id": name, "object": "model"} for name in ("whisper-1", "gpt-4o")]
        return {"object": "list", "data": rows}

    def _transcription(self) -> dict[str, Any]:
        fields = self._fields()
        if self.path != "/v1/audio/transcriptions":
            raise Refusal(404, "Invalid URL")
        self.server.held.wait(20)
        self.server.asked.append({name: fields[name] for name in fields if name != "file"})
        if self.server.trouble:
            raise self.server.trouble.pop(0)
        if not fields.get("file") or not fields.get("model"):
            raise Refusal(400, "you must provide a file and a model parameter")
        if len(fields["file"][0]) > LARGEST:
            raise Refusal(413, "Maximum content size limit (26214400) exceeded")
        if fields["response_format"][0].decode() not in FORMATS:
            raise Refusal(400, "Invalid response_format")
        return self._heard(fields)

    def _heard(self, fields: dict[str, list[bytes]]) -> dict[str, Any]:
        try:
            with wave.open(io.BytesIO(fields["file"][0])) as file:
                seconds = file.getnframes() / file.getframerate()
                samples = memoryview(file.readframes(file.getnframes())).cast("h")
        except (wave.Error, EOFError) as error:
            message = "Audio file might be corrupted or unsupported"
            raise Refusal(400, message, "invalid_value") from error
        text = self.server.text if max(samples, default=0) > LOUD else ""
        tag = fields.get("language", [self.server.spoken.encode()])[0].decode()
        answer = {
            "task": "transcribe",
            "language": LANGUAGES.get(tag, tag),
            "duration": seconds,
            "text": text,
            "segments": _segments(text, seconds),
        }
        if b"word" in fields.get("timestamp_granularities[]", ()):
            answer["words"] = _words(text, seconds)
        return {name: answer[name] for name in answer if name not in self.server.leaves_out}

    def _fields(self) -> dict[str, list[bytes]]:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        found: dict[str, list[bytes]] = {}
        for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
            name = part.get_param("name", header="content-disposition")
            found.setdefault(str(name), []).append(part.get_payload(decode=True))
        return found


def _words(text: str, seconds: float) -> list[dict[str, Any]]:
    """Words come without their stops, as Whisper gives them."""
    words = text.split()
    each = seconds / max(len(words), 1)
    return [
        {"word": word.strip(".,"), "start": round(n * each, 2), "end": round((n + 1) * each, 2)}
        for n, word in enumerate(words)
    ]


def _segments(text: str, seconds: float) -> list[dict[str, Any]]:
    sentences = [one.strip() + "." for one in text.split(".") if one.strip()]
    words, at, found = len(text.split()), 0, []
    for number, sentence in enumerate(sentences):
        count = len(sentence.split())
        found.append(
            {
                "id": number,
                "seek": 0,
                "start": seconds * at / words,
                "end": seconds * (at + count) / words,
                "text": f" {sentence}",
                "tokens": [],
                "temperature": 0.0,
                "avg_logprob": -0.2,
                "compression_ratio": 1.1,
                "no_speech_prob": 0.01,
            }
        )
        at += count
    return found
