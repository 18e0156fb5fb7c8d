"""Files made to make a program read other files, or call somebody: each with the name it wears."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

BOX = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"
HEAD = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:9\n"
END = "\n#EXT-X-ENDLIST\n"


def box(name: bytes, *parts: bytes) -> bytes:
    """An MP4 box."""
    content = b"".join(parts)
    return struct.pack(">I", 8 + len(content)) + name + content


def files(secret: Path, port: int, film: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield file names and contents that point at ``secret`` or at a listener on ``port``."""
    yield from _playlists(secret, port)
    yield from _lists(secret, port)
    yield from _texts(secret)
    yield from _behind_a_mask(secret, port)
    yield from _references(secret, port, film)
    yield from _names(secret)


def _playlists(secret: Path, port: int) -> Iterator[tuple[str, bytes]]:
    call = f"http://127.0.0.1:{port}/s.ts"
    segments = {
        "path": secret,
        "file": f"file://{secret}",
        "call": call,
        "concat": f"concat:{secret}|{secret}",
        "subfile": f"subfile,,start,0,end,64,,:{secret}",
        "crypto": f"crypto+file:{secret}",
        "tcp": f"tcp://127.0.0.1:{port}",
        "gopher": f"gopher://127.0.0.1:{port}/1",
        "cache": f"cache:{call}",
        "async": f"async:{secret}",
        "data": "data:text/plain;base64,I0VYVE0zVQ==",
    }
    for name, segment in segments.items():
        yield f"{name}.mp4", f"{HEAD}#EXTINF:2,\n{segment}{END}".encode()
    yield (
        "key.mp4",
        f'{HEAD}#EXT-X-KEY:METHOD=AES-128,URI="{secret}"\n#EXTINF:2,\na.ts{END}'.encode(),
    )
    yield "map.mp4", f'{HEAD}#EXT-X-MAP:URI="{secret}"\n#EXTINF:2,\n{secret}{END}'.encode()
    yield "master.m3u8", f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{call}\n".encode()
    yield "marked.mp4", b"\xef\xbb\xbf" + f"{HEAD}#EXTINF:2,\n{secret}{END}".encode()
    yield "late.mp4", b"\n\n  \n" + f"{HEAD}#EXTINF:2,\n{secret}{END}".encode()


def _lists(secret: Path, port: int) -> Iterator[tuple[str, bytes]]:
    call = f"http://127.0.0.1:{port}/"
    yield "concat.mp4", f"ffconcat version 1.0\nfile '{secret}'\n".encode()
    yield "concat-call.mkv", f"ffconcat version 1.0\nfile '{call}a.mp4'\n".encode()
    yield "concat-safe.mp4", f"ffconcat version 1.0\noption safe 0\nfile {secret}\n".encode()
    yield "dash.mp4", f'<?xml version="1.0"?><MPD><BaseURL>{secret}</BaseURL></MPD>'.encode()
    yield "dash-call.mpd", f"<MPD><Period><BaseURL>{call}</BaseURL></Period></MPD>".encode()
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    yield "entity.mp4", f'<?xml version="1.0"?>{entity}<MPD><Title>&e;</Title></MPD>'.encode()
    yield "imf.mp4", f"<CompositionPlaylist><Id>{call}</Id></CompositionPlaylist>".encode()
    yield "session.mp4", f"v=0\nc=IN IP4 127.0.0.1\nm=video {port} RTP/AVP 96\n".encode()
    yield "stream.sdp", f"v=0\na=control:rtsp://127.0.0.1:{port}/\nm=audio 0 RTP/AVP 0\n".encode()
    yield "list.mp4", f"[playlist]\nFile1={call}\nNumberOfEntries=1\n".encode()
    yield "list.xspf", f"<playlist><track><location>{call}</location></track></playlist>".encode()
    yield "list.asx", f'<asx version="3"><entry><ref href="{call}"/></entry></asx>'.encode()


def _texts(secret: Path) -> Iterator[tuple[str, bytes]]:
    yield "words.mp4", f"1\n00:00:00,000 --> 00:00:02,000\n{secret}\n".encode()
    yield "words.vtt", f"WEBVTT\n\n00:00.000 --> 00:02.000\n{secret}\n".encode()
    yield "words.ass", f"[Script Info]\n[Fonts]\nfontname: {secret}\n".encode()
    yield "index.idx", f"# VobSub index file, v7\nid: en, index: 0\n{secret}\n".encode()
    yield "script.avs", f'AVISource("{secret}")\n'.encode()
    yield "script.vpy", f"import vapoursynth\nopen('{secret}')\n".encode()
    yield "graph.mp4", f"movie={secret}\n".encode()
    yield (
        "drawn.mp4",
        f'<svg xmlns:x="http://www.w3.org/1999/xlink"><image x:href="{secret}"/></svg>'.encode(),
    )
    yield "notes.mp4", f";FFMETADATA1\ntitle={secret}\n".encode()


def _behind_a_mask(secret: Path, port: int) -> Iterator[tuple[str, bytes]]:
    """Begin like media, go on as a playlist; the subtitle in an AVI is a trick of old."""
    words = f"{HEAD}#EXTINF:2,\n{secret}\n#EXTINF:2,\nhttp://127.0.0.1:{port}/{END}".encode()
    yield "box.mp4", BOX + words
    yield "tagged.mp3", b"ID3\4\0\0\0\0\0\0" + words
    yield "packets.ts", b"G\x40\0\x10" + words.ljust(184, b" ") + b"G" + words
    yield "wave.wav", b"RIFF\xff\0\0\0WAVE" + words
    gab = b"GAB2\0\2\0\0\0\0\0\0\0\4\0" + struct.pack("<I", len(words)) + words
    head = b"strh" + struct.pack("<I", 56) + b"txts" + b"\0" * 52
    form = b"strf" + struct.pack("<I", 0)
    stream = b"LIST" + struct.pack("<I", 4 + len(head + form)) + b"strl" + head + form
    main = b"avih" + struct.pack("<I", 56) + b"\0" * 56
    lists = b"LIST" + struct.pack("<I", 4 + len(main + stream)) + b"hdrl" + main + stream
    chunk = b"00tx" + struct.pack("<I", len(gab)) + gab
    movie = b"LIST" + struct.pack("<I", 4 + len(chunk)) + b"movi" + chunk
    yield (
        "subtitle.avi",
        b"RIFF" + struct.pack("<I", 4 + len(lists + movie)) + b"AVI " + lists + movie,
    )


def _references(secret: Path, port: int, film: bytes) -> Iterator[tuple[str, bytes]]:
    """Films whose data lie elsewhere: the format allows it, we do not."""
    call = f"http://127.0.0.1:{port}/".encode() + b"\0"
    link = box(b"rdrf", b"\0\0\0\0url ", struct.pack(">I", len(call)), call)
    yield "reference.mov", BOX + box(b"moov", box(b"rmra", box(b"rmda", link)))
    path = str(secret).encode() + b"\0"
    at = film.index(b"url \0\0\0\1") - 4  # the data reference that says "in this file"
    elsewhere = box(b"url ", b"\0\0\0\0", path)
    yield "elsewhere.mp4", film[:at] + elsewhere + film[at + 12 :]


def _names(secret: Path) -> Iterator[tuple[str, bytes]]:
    words = f"{HEAD}#EXTINF:2,\n{secret}{END}".encode()
    for name in ("-i.mp4", "--help.mp4", "%03d.png", "pipe:0.mp4", "concat:a|b.mp4", "|sh.mp4"):
        yield name, words
