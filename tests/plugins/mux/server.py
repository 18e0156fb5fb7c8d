"""A small Mux over real HTTP: uploads, assets, tracks, signed streams and pictures, webhooks.

Paths, fields and states are those of Mux's published API description (docs.mux.com, "Video API",
"Direct uploads", "Webhook reference"); uploads speak Google Cloud Storage's resumable protocol.
Videos are really encoded; every token is verified with another library than the one that signs.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self
from urllib.parse import parse_qs, urlsplit

import av
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ENVIRONMENT = {"name": "Production", "id": "env1"}
Answer = tuple[int, object] | None
GRID, TILE = (5, 10), (256, 144)  # fifty pictures a sheet, below fifteen minutes
ENCODED: dict[bytes, Path] = {}  # what was made of a file, by the digest of its bytes
ENCODING = threading.Lock()
SPAN = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


@dataclass
class FakeMux:
    """The server and everything it knows; use it as a context manager."""

    folder: Path
    hook_url: str = ""  # where webhooks go; none are sent without it
    token_id: str = "id"
    token_secret: str = "secret"
    webhook_secret: str = "whsec"
    key_id: str = "key1"
    uploads: dict[str, dict] = field(default_factory=dict)
    assets: dict[str, dict] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)  # "GET /video/v1/assets/…"
    failing: int = 0  # so many of the next requests to the API are answered …
    fails_with: int = 503  # … with this
    cut_after: int = 0  # bytes after which an upload's connection breaks, once
    keeps_preparing: bool = False
    has_no_pictures: bool = False  # those are answered 403
    draws_nonsense: bool = False  # its pictures are none
    may_see_keys: bool = True  # the token is one for Mux System too
    takes_no_bytes: int = 0  # the status with which bytes are refused
    breaks: int = 0  # so many of the next files fail at Mux itself
    may_cancel: bool = True  # the token may write
    comes_late: bytes = b""  # a file that arrives just before its upload is cancelled
    beacons: list[str] = field(default_factory=list)  # what Mux Data was told
    to_fetch: dict[str, str] = field(default_factory=dict)  # a track's id: where its words are
    words: dict[str, str] = field(default_factory=dict)  # a track's id: what was read there
    refuses_programs: bool = False  # those that say what they are, as restrictions may
    restrictions: dict[str, list[str]] = field(default_factory=dict)  # id: hosts that may play

    def __post_init__(self) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._public = RSAKey.import_key(
            self._private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Bound", (Handler,), {"mux": self})
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def private_key(self) -> str:
        """Return the signing key as Mux hands it out: a PEM, base64 once more."""
        pem = self._private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        return base64.b64encode(pem).decode()

    @property
    def settings(self) -> dict[str, object]:
        """Return what an operator types into Features."""
        return {
            "takes_new": True,
            "token_id": self.token_id,
            "token_secret": self.token_secret,
            "signing_key_id": self.key_id,
            "signing_private_key": self.private_key,
            "webhook_secret": self.webhook_secret,
            "minute_price": 25_000,
            "api_url": self.url,
            "stream_url": f"{self.url}/stream",
            "image_url": f"{self.url}/image",
            "upload_url": self.url,
        }

    def authorised(self, token: str, playback: str, audience: str, page: str = "") -> bool:
        """Verify a token as Mux would: RS256, key id, subject, audience, expiry, restriction."""
        try:
            read = jwt.decode(token, self._public, algorithms=["RS256"])
            jwt.JWTClaimsRegistry(
                sub={"essential": True, "value": playback},
                aud={"essential": True, "value": audience},
                exp={"essential": True},
            ).validate(read.claims)
        except (JoseError, ValueError):
            return False
        restriction = read.claims.get("playback_restriction_id", "")
        allowed = self.restrictions.get(restriction, [] if restriction else [page])
        named = {read.header.get("kid"), read.claims.get("kid")} - {None}  # Mux reads either
        return named == {self.key_id} and page in allowed

    # --- what happens to uploads and assets -----------------------------------------------

    def new_upload(self, said: dict) -> dict:
        number = secrets.token_hex(8)
        self.uploads[number] = {
            "id": number,
            "status": "waiting",
            "url": f"{self.url}/upload/{number}",
            "timeout": said.get("timeout", 3600),
            "cors_origin": said["cors_origin"],
            "new_asset_settings": said["new_asset_settings"],
        }
        (self.folder / number).touch()
        return self.uploads[number]

    def arrived(self, number: str) -> int:
        return (self.folder / number).stat().st_size

    def finish(self, number: str) -> None:
        upload = self.uploads[number]
        wishes = upload["new_asset_settings"]
        asset = {
            "id": secrets.token_hex(8),
            "status": "preparing",
            "created_at": str(int(time.time())),
            "passthrough": wishes.get("passthrough", ""),
            "upload_id": number,
            "meta": wishes.get("meta", {}),
            "video_quality": wishes.get("video_quality", "basic"),
            "playback_ids": [
                {"id": secrets.token_hex(8), "policy": policy}
                for policy in wishes["playback_policies"]
            ],
            "tracks": [],
            "progress": {"state": "ingesting", "progress": 0},
        }
        self.assets[asset["id"]] = asset
        upload |= {"status": "asset_created", "asset_id": asset["id"]}
        self.tell("video.upload.asset_created", upload)
        threading.Thread(target=self._encode, args=(asset, number), daemon=True).start()

    def _encode(self, asset: dict, number: str) -> None:
        source, target = self.folder / number, self.folder / asset["playback_ids"][0]["id"]
        target.mkdir()
        try:
            asset |= _package(source, target)
        except (av.error.FFmpegError, subprocess.CalledProcessError, IndexError):
            self._fail(asset, "The input file is not valid.")
            return
        if self.breaks:
            self.breaks -= 1
            self._fail(asset, "Something broke.")
        elif not self.keeps_preparing:
            self.make_ready(asset)

    def _fail(self, asset: dict, words: str) -> None:
        asset |= {
            "status": "errored",
            "errors": {"type": "invalid_input", "messages": [words]},
            "progress": {"state": "errored", "progress": -1},
        }
        self.tell("video.asset.errored", asset)

    def make_ready(self, asset: dict) -> None:
        asset |= {"status": "ready", "progress": {"state": "completed", "progress": 100}}
        self.tell("video.asset.ready", asset)

    def delete(self, number: str) -> None:
        self.tell("video.asset.deleted", self.assets.pop(number))

    def make_master(self, asset: dict) -> dict:
        """Have the master ready at the next look; this answer still says that it is made."""
        asset["master"] = {"status": "ready", "url": f"{self.url}/master/{asset['upload_id']}"}
        return {"status": "preparing"}

    def new_track(self, asset: dict, said: dict) -> dict:
        url = said.pop("url")
        track = {"id": secrets.token_hex(4), "status": "preparing", "text_source": "uploaded"}
        asset["tracks"].append(track | said)
        self.to_fetch[track["id"]] = url
        if self.hook_url:
            threading.Thread(target=self.fetch, args=(track["id"], _get), daemon=True).start()
        return asset["tracks"][-1]

    def captions(self, asset: dict) -> dict[str, str]:
        """Return the states of an asset's captions by their language."""
        texts = [one for one in asset["tracks"] if one["type"] == "text"]
        return {one["language_code"]: one["status"] for one in texts}

    def fetch(self, number: str, get: Callable[[str], bytes]) -> None:
        """Fetch the words of a track by ``get``, as a stranger without a session."""
        body = get(self.to_fetch.pop(number))
        rows = [(one, asset) for asset in self.assets.values() for one in asset["tracks"]]
        for track, asset in rows:
            if track["id"] == number:
                is_read = body.startswith(b"WEBVTT")
                track["status"] = "ready" if is_read else "errored"
                self.words[number] = body.decode()
                state = track["status"]
                self.tell(f"video.asset.track.{state}", {**track, "asset_id": asset["id"]})

    # --- webhooks -------------------------------------------------------------------------

    def event(self, kind: str, data: dict) -> bytes:
        thing = kind.split(".")[-2]  # upload, asset, track
        said = {
            "type": kind,
            "id": secrets.token_hex(8),
            "created_at": "2026-11-20T12:00:00.000000Z",
            "object": {"type": thing, "id": data["id"]},
            "environment": ENVIRONMENT,
            "data": data,
            "attempts": [],
        }
        return json.dumps(said).encode()

    def signature(self, body: bytes, at: float | None = None) -> str:
        stamp = str(int(time.time() if at is None else at))
        words = stamp.encode() + b"." + body
        mac = hmac.new(self.webhook_secret.encode(), words, hashlib.sha256).hexdigest()
        return f"t={stamp},v1={mac}"

    def tell(self, kind: str, data: dict) -> None:
        if not self.hook_url:
            return
        body = self.event(kind, data)
        request = urllib.request.Request(
            self.hook_url,
            data=body,
            headers={"Mux-Signature": self.signature(body), "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()


def _get(url: str) -> bytes:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.read()
    except OSError:
        return b""


def _package(source: Path, target: Path) -> dict:
    with av.open(str(source)) as container:
        pictures = list(container.streams.video)
        sounds = list(container.streams.audio)
        duration = container.duration / 1_000_000
        for _frame in container.decode(pictures[0] if pictures else sounds[0]):
            break
        else:
            raise IndexError
    tracks = [
        {
            "id": secrets.token_hex(4),
            "type": "video",
            "max_width": one.codec_context.width,
            "max_height": one.codec_context.height,
            "max_frame_rate": float(one.average_rate),
            "duration": duration,
        }
        for one in pictures[:1]
    ] + [{"id": secrets.token_hex(4), "type": "audio", "duration": duration} for _ in sounds[:1]]
    _encode_once(source, target, pictures, duration)
    return {"duration": round(duration, 3), "tracks": tracks, "aspect_ratio": "16:9"}


def _encode_once(source: Path, target: Path, pictures: list, duration: float) -> None:
    """Encode; what another server has made of the same bytes is taken over."""
    digest = hashlib.sha256(source.read_bytes()).digest()
    with ENCODING:
        former = ENCODED.get(digest)
        if former is not None:
            shutil.copytree(former, target, dirs_exist_ok=True)
            return
        _ffmpeg("-i", source, *_codecs(pictures), *_hls(target))
        if pictures:
            _ffmpeg("-i", source, "-frames:v", "1", target / "thumbnail.jpg")
            _draw_storyboard(source, target, duration)
        ENCODED[digest] = target


def _draw_storyboard(source: Path, target: Path, duration: float) -> None:
    """Draw fifty pictures on one sheet; the cues are written when asked for, with their token."""
    across, down = GRID
    each = duration / (across * down)
    look = f"fps={1 / each:.3f},scale={TILE[0]}:{TILE[1]},tile={across}x{down}"
    _ffmpeg("-i", source, "-vf", look, "-frames:v", "1", target / "storyboard.jpg")
    places = [(column, row) for row in range(down) for column in range(across)]
    cues = [
        f"{_clock(number * each)} --> {_clock((number + 1) * each)}\n"
        f"SHEET#xywh={column * TILE[0]},{row * TILE[1]},{TILE[0]},{TILE[1]}\n"
        for number, (column, row) in enumerate(places)
    ]
    (target / "storyboard.vtt").write_text("\n".join(["WEBVTT\n", *cues]))


def _clock(seconds: float) -> str:
    return f"00:{int(seconds) // 60:02}:{seconds % 60:06.3f}"


def _codecs(pictures: list) -> list[str]:
    video = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-pix_fmt", "yuv420p"]
    return [*(video if pictures else ["-vn"]), "-c:a", "aac"]


def _hls(target: Path) -> list[object]:
    form = ["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod"]
    return [*form, "-hls_segment_filename", target / "%d.ts", target / "rendition.m3u8"]


def _ffmpeg(*words: object) -> None:
    command = [settings.FFMPEG, "-nostdin", "-v", "error", "-y", *map(str, words)]
    subprocess.run(command, check=True, timeout=120)


class Handler(BaseHTTPRequestHandler):
    """Routes a request; what it says of `mux` is the server's."""

    protocol_version = "HTTP/1.1"
    mux: FakeMux

    def do_GET(self) -> None:
        self._route("GET")

    def do_POST(self) -> None:
        self._route("POST")

    def do_PUT(self) -> None:
        self._route("PUT")

    def do_DELETE(self) -> None:
        self._route("DELETE")

    def do_OPTIONS(self) -> None:
        allowed = {"Methods": "GET, PUT, POST", "Headers": "content-range, content-type"}
        self._answer(
            204, {f"Access-Control-Allow-{name}": value for name, value in allowed.items()}
        )

    @property
    def _origin(self) -> str:
        """Return which pages may read an answer: of an upload those it was made for."""
        number = urlsplit(self.path).path.removeprefix("/upload/")
        return self.mux.uploads.get(number, {}).get("cors_origin", "*")

    def _route(self, method: str) -> None:
        path = urlsplit(self.path).path
        self.mux.asked.append(f"{method} {path}")
        if path.startswith(("/video/v1/", "/system/v1/")):
            self._api(method, path.split("/")[3:])
        elif path.startswith("/upload/"):
            self._upload(path.removeprefix("/upload/"))
        elif path.startswith("/stream/"):
            self._stream(path.removeprefix("/stream/"))
        elif path.startswith("/master/"):
            file = self.mux.folder / path.removeprefix("/master/")
            self._bytes(file.read_bytes(), "video/mp4")
        elif method == "POST":
            self._beacon()
        elif path.startswith("/image/"):
            self._image(*path.removeprefix("/image/").split("/"))
        else:
            self._answer(404)

    def _beacon(self) -> None:
        """Take what Mux Data's library tells of a play, packed as it packs it."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.mux.beacons.append(body.decode())
        self._answer(200)

    # --- the API ----------------------------------------------------------------------

    def _api(self, method: str, parts: list[str]) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.mux.failing:
            self.mux.failing -= 1
            return self._answer(self.mux.fails_with)
        words = base64.b64encode(f"{self.mux.token_id}:{self.mux.token_secret}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {words}":
            return self._json(401, {"error": {"type": "unauthorized", "messages": ["No."]}})
        said = json.loads(body) if body else {}
        kind, *rest = parts
        found = self._uploads(method, rest, said) if kind == "uploads" else None
        found = self._assets(method, rest, said) if kind == "assets" else found
        if kind == "signing-keys":
            if not self.mux.may_see_keys:
                return self._json(403, {"error": {"type": "forbidden", "messages": ["No."]}})
            known = rest == [self.mux.key_id]
            found = (200, {"id": self.mux.key_id, "created_at": "1"}) if known else None
        if found is None:
            return self._json(404, {"error": {"type": "not_found", "messages": ["Not found"]}})
        status, data = found
        return self._answer(status) if data is None else self._json(status, {"data": data})

    def _uploads(self, method: str, rest: list[str], said: dict) -> Answer:
        if method == "POST" and not rest:
            return 201, self.mux.new_upload(said)
        known = self.mux.uploads.get(rest[0])
        if known and rest[1:] == ["cancel"]:
            self._come_late(known)
            if known["status"] != "waiting" or not self.mux.may_cancel:
                return 403, None
            known["status"] = "cancelled"
        return (200, known) if known else None

    def _come_late(self, upload: dict) -> None:
        if self.mux.comes_late:
            (self.mux.folder / upload["id"]).write_bytes(self.mux.comes_late)
            self.mux.finish(upload["id"])
            self.mux.comes_late = b""

    def _assets(self, method: str, rest: list[str], said: dict) -> Answer:
        if not rest:
            return 200, list(self.mux.assets.values())[:1]
        known = self.mux.assets.get(rest[0])
        if known is None:
            return None
        if rest[1:] == ["master-access"]:
            known["master"] = {"status": "preparing"}
            return 200, dict(known) | {"master": self.mux.make_master(known)}
        if rest[1:]:
            return self._tracks(method, known, rest[2:], said)
        if method == "DELETE":
            self.mux.delete(rest[0])
            return 204, None
        return 200, known

    def _tracks(self, method: str, asset: dict, rest: list[str], said: dict) -> Answer:
        tracks = asset["tracks"]
        if method == "POST":
            names = [one["name"] for one in tracks if one["type"] == "text"]
            if asset["status"] != "ready" or said["name"] in names:
                return 400, {"error": {"type": "invalid_parameters", "messages": ["No."]}}
            return 201, self.mux.new_track(asset, said)
        tracks[:] = [one for one in tracks if one["id"] not in rest]
        return 204, None

    # --- uploads ----------------------------------------------------------------------

    def _upload(self, number: str) -> None:
        span = SPAN.fullmatch(self.headers.get("Content-Range", ""))
        status = self.mux.uploads.get(number, {}).get("status")
        if status == "asset_created" and span and span[1] is None:
            return self._answer(200)  # all of it came, and somebody asks again
        if span is None or status != "waiting" or self.mux.takes_no_bytes:
            self.close_connection = True
            return self._answer(self.mux.takes_no_bytes or 404)
        if span[1] is not None and not self._take(number, int(span[1])):
            return None
        arrived, size = self.mux.arrived(number), int(span[3])
        if arrived == size:
            self.mux.finish(number)
            return self._answer(200)
        more = {"Range": f"bytes=0-{arrived - 1}"} if arrived else {}
        return self._answer(308, more)

    def _take(self, number: str, start: int) -> bool:
        left = int(self.headers["Content-Length"])
        with (self.mux.folder / number).open("r+b") as file:
            file.seek(start)
            while left:
                piece = self.rfile.read(min(left, 65_536))
                if not piece:
                    return False
                file.write(piece)
                left -= len(piece)
                if self.mux.cut_after and file.tell() >= self.mux.cut_after:
                    self.mux.cut_after = 0
                    self.close_connection = True
                    self.connection.close()
                    return False
        return True

    # --- playing ----------------------------------------------------------------------

    def _token(self) -> str:
        return parse_qs(urlsplit(self.path).query).get("token", [""])[0]

    def _page(self) -> str:
        """Return the host of the page that asks, as playback restrictions count it."""
        return urlsplit(self.headers.get("Referer") or "").hostname or ""

    def _may_see(self, playback: str, audience: str) -> bool:
        agent = self.headers.get("User-Agent") or ""
        is_refused = self.mux.refuses_programs and not agent.startswith("Mozilla/")
        token = self._token()
        return not is_refused and self.mux.authorised(token, playback, audience, self._page())

    def _stream(self, rest: str) -> None:
        playback, _slash, name = rest.removesuffix(".m3u8").partition("/")
        token = self._token()
        if not self._may_see(playback, "v"):
            return self._answer(403)
        if not name:
            lines = ["#EXTM3U", "#EXT-X-VERSION:5", "#EXT-X-INDEPENDENT-SEGMENTS"]
            lines += ["#EXT-X-STREAM-INF:BANDWIDTH=1000000"]
            lines += [f"{playback}/rendition.m3u8?token={token}", ""]
            return self._text("\n".join(lines), "application/vnd.apple.mpegurl")
        if name == "rendition":
            said = (self.mux.folder / playback / "rendition.m3u8").read_text()
            said = re.sub(r"^(\d+\.ts)$", rf"\1?token={token}", said, flags=re.MULTILINE)
            return self._text(said, "application/vnd.apple.mpegurl")
        return self._bytes((self.mux.folder / playback / name).read_bytes(), "video/mp2t")

    def _image(self, playback: str, name: str) -> None:
        audience = {"thumbnail.jpg": "t", "storyboard.vtt": "s", "storyboard.jpg": "s"}[name]
        if self.mux.has_no_pictures or not self._may_see(playback, audience):
            return self._answer(403)
        file = self.mux.folder / playback / name
        if not file.exists():
            return self._answer(404)
        if name.endswith(".vtt"):
            sheet = f"{self.mux.url}/image/{playback}/storyboard.jpg?token={self._token()}"
            return self._text(file.read_text().replace("SHEET", sheet), "text/vtt")
        drawn = b"<html>" if self.mux.draws_nonsense else file.read_bytes()
        return self._bytes(drawn, "image/jpeg")

    # --- answering --------------------------------------------------------------------

    def _json(self, status: int, said: object) -> None:
        self._bytes(json.dumps(said).encode(), "application/json", status)

    def _text(self, said: str, kind: str) -> None:
        self._bytes(said.encode(), kind)

    def _bytes(self, body: bytes, kind: str, status: int = 200) -> None:
        self._answer(status, {"Content-Type": kind}, body)

    def _answer(
        self, status: int, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Access-Control-Allow-Origin", self._origin)
        self.send_header("Access-Control-Expose-Headers", "Range")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Say nothing: a test prints what it asked."""
