"""What every place for bytes must do: inherit ``StorageContract`` and give it a ``provider``."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Barrier, Event
from typing import Any, BinaryIO

import httpx
import pytest

from core.contract.errors import KeyTaken, StorageError
from core.contract.providers import StorageProvider

HOSTILE = {
    "empty": "",
    "dot": ".",
    "parent": "..",
    "climbing": "../outside/original",
    "climbing inside": "aa/../../outside",
    "climbing at the end": "aa/..",
    "absolute": "/etc/outside",
    "doubled slash": "aa//original",
    "final slash": "aa/original/",
    "here": "aa/./original",
    "NUL": "aa/ori\0ginal",
    "newline": "aa/ori\nginal",
    "backslash": "aa\\..\\outside",
    "drive": "C:/outside",
    "too long a part": f"aa/{'b' * 300}",
    "too long": "/".join(["aaaaaaaaa"] * 600),
}
RANGES = [(0, None), (0, 1), (1, 2), (5, 5), (999, 1000), (0, 10**9), (1000, None), (2000, None)]
LARGE = 24 * 2**20


def new_key(part: str = "original") -> str:
    """Return a key as the house makes them: two hex digits, a number, what it is for."""
    number = uuid.uuid4().hex
    return f"{number[:2]}/{number}/{part}"


def read(provider: StorageProvider, key: str, **span: Any) -> bytes:
    return b"".join(provider.open(key, **span))


class Broken(io.RawIOBase):
    """A source that fails in the middle."""

    def __init__(self) -> None:
        self.left = 3

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.left -= 1
        if not self.left:
            raise OSError("the sender hung up")
        buffer[:] = b"x" * len(buffer)
        return len(buffer)


class Endless(io.RawIOBase):
    """A long source that lies nowhere in memory: its blocks follow from their number."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        block = long_block(self.at // 65536)[self.at % 65536 :]
        part = block[: min(len(buffer), self.size - self.at)]
        buffer[: len(part)] = part
        self.at += len(part)
        return len(part)


def long_block(number: int) -> bytes:
    return hashlib.sha256(number.to_bytes(8, "big")).digest() * 2048


class StorageContract:
    """Every promise of ``StorageProvider``, each as a test."""

    @pytest.fixture
    def provider(self) -> StorageProvider:
        """Return the place to be tried: yours."""
        raise NotImplementedError("Override the fixture `provider` and return your provider.")

    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        """Make a folder as a rendition's: a playlist, its segments, a folder inside."""
        folder = tmp_path / "tree"
        (folder / "inner").mkdir(parents=True)
        (folder / "index.m3u8").write_bytes(b"#EXTM3U\n")
        (folder / "inner" / "1.m4s").write_bytes(b"one")
        (folder / "2.m4s").write_bytes(b"")
        return folder

    def test_says_who_it_is(self, provider: StorageProvider) -> None:
        assert isinstance(provider, StorageProvider)
        assert provider.name
        assert provider.label

    def test_gives_back_what_it_was_given(self, provider: StorageProvider) -> None:
        key = new_key()
        stored = provider.put(key, io.BytesIO(b"hello"), content_type="text/plain")
        assert stored.size == 5
        assert provider.stat(key) == stored
        assert read(provider, key) == b"hello"

    def test_takes_a_path_too(self, provider: StorageProvider, tmp_path: Path) -> None:
        key, source = new_key(), tmp_path / "source"
        source.write_bytes(b"from disk")
        assert provider.put(key, source).size == 9
        assert read(provider, key) == b"from disk"

    def test_keeps_an_empty_file(self, provider: StorageProvider) -> None:
        key = new_key()
        assert provider.put(key, io.BytesIO()).size == 0
        assert read(provider, key) == b""
        assert read(provider, key, start=0, end=10) == b""

    def test_keeps_a_large_file_in_pieces(self, provider: StorageProvider) -> None:
        key = new_key()
        assert provider.put(key, io.BufferedReader(Endless(LARGE))).size == LARGE
        longest, digest = 0, hashlib.sha256()
        for piece in provider.open(key):
            longest = max(longest, len(piece))
            digest.update(piece)
        assert digest.digest() == _digest_of_endless()
        assert longest <= 8 * 2**20
        assert read(provider, key, start=65536 * 100, end=65536 * 101) == long_block(100)

    @pytest.mark.parametrize("start, end", RANGES)
    def test_reads_ranges(self, provider: StorageProvider, start: int, end: int | None) -> None:
        key, content = new_key(), bytes(number % 251 for number in range(1000))
        provider.put(key, io.BytesIO(content))
        assert read(provider, key, start=start, end=end) == content[start:end]

    def test_tags_change_with_the_content(self, provider: StorageProvider) -> None:
        one = provider.put(new_key(), io.BytesIO(b"one"))
        two = provider.put(new_key(), io.BytesIO(b"two"))
        assert one.etag != two.etag

    def test_overwrites_nothing(self, provider: StorageProvider) -> None:
        key = new_key()
        provider.put(key, io.BytesIO(b"first"))
        with pytest.raises(KeyTaken):
            provider.put(key, io.BytesIO(b"second"))
        assert read(provider, key) == b"first"

    def test_lets_one_of_many_writers_win(self, provider: StorageProvider) -> None:
        key, together = new_key(), Barrier(8)

        def write(number: int) -> bytes | None:
            content = bytes([number]) * 100_000
            together.wait()
            with suppress(KeyTaken):
                provider.put(key, io.BytesIO(content))
                return content
            return None

        with ThreadPoolExecutor(8) as pool:
            winners = [content for content in pool.map(write, range(8)) if content]
        assert len(winners) == 1
        assert read(provider, key) == winners[0]

    def test_stores_whole_or_not_at_all(self, provider: StorageProvider) -> None:
        key = new_key()
        with pytest.raises((StorageError, OSError)):
            provider.put(key, io.BufferedReader(Broken(), 1000))
        assert provider.stat(key) is None
        assert list(provider.walk(key.rpartition("/")[0])) == []
        provider.put(key, io.BytesIO(b"again"))
        assert read(provider, key) == b"again"

    def test_what_is_missing_is_said(self, provider: StorageProvider) -> None:
        assert provider.stat(new_key()) is None
        with pytest.raises(StorageError):
            read(provider, new_key())

    def test_deletes(self, provider: StorageProvider) -> None:
        key = new_key()
        provider.put(key, io.BytesIO(b"x"))
        provider.delete(key)
        provider.delete(key)
        assert provider.stat(key) is None
        assert list(provider.walk(key.rpartition("/")[0])) == []

    def test_stores_a_tree(self, provider: StorageProvider, tree: Path) -> None:
        prefix = new_key("720p")
        assert provider.put_tree(prefix, tree) == len(b"#EXTM3U\none")
        names = ["2.m4s", "index.m3u8", "inner/1.m4s"]
        assert sorted(provider.walk(prefix)) == [f"{prefix}/{name}" for name in names]
        assert read(provider, f"{prefix}/inner/1.m4s") == b"one"
        assert provider.stat(prefix) is None

    def test_shows_a_tree_all_at_once(self, provider: StorageProvider, tmp_path: Path) -> None:
        folder, prefix, done = tmp_path / "many", new_key("720p"), Event()
        folder.mkdir()
        for number in range(200):
            (folder / f"{number}.m4s").write_bytes(b"x" * 2000)
        with ThreadPoolExecutor(1) as pool:
            seen = pool.submit(_sights, provider, prefix, done)
            provider.put_tree(prefix, folder)
            done.set()
        assert seen.result() <= {0, 200}
        assert len(list(provider.walk(prefix))) == 200

    def test_overwrites_no_tree(self, provider: StorageProvider, tree: Path) -> None:
        prefix, other = new_key("720p"), tree.parent / "other"
        other.mkdir()
        (other / "index.m3u8").write_bytes(b"other")
        provider.put_tree(prefix, tree)
        with pytest.raises(KeyTaken):
            provider.put_tree(prefix, other)
        assert read(provider, f"{prefix}/index.m3u8") == b"#EXTM3U\n"

    def test_follows_no_link_out_of_a_tree(self, provider: StorageProvider, tree: Path) -> None:
        secret = tree.parent / "secret"
        secret.write_bytes(b"secret")
        (tree / "leak.m4s").symlink_to(secret)
        prefix = new_key("720p")
        with suppress(StorageError):
            provider.put_tree(prefix, tree)
        for key in provider.walk(prefix):
            assert read(provider, key) != b"secret"

    def test_walks_and_deletes_by_whole_parts(self, provider: StorageProvider) -> None:
        stem = new_key("720")
        provider.put(f"{stem}/1.m4s", io.BytesIO(b"1"))
        provider.put(f"{stem}p/1.m4s", io.BytesIO(b"2"))
        assert list(provider.walk(stem)) == [f"{stem}/1.m4s"]
        provider.delete_tree(stem)
        provider.delete_tree(stem)
        assert list(provider.walk(stem)) == []
        assert list(provider.walk(f"{stem}p")) == [f"{stem}p/1.m4s"]
        assert f"{stem}p/1.m4s" in set(provider.walk())

    @pytest.mark.parametrize("kind", HOSTILE)
    def test_refuses_hostile_keys(self, provider: StorageProvider, tree: Path, kind: str) -> None:
        key, kept = HOSTILE[kind], new_key()
        provider.put(kept, io.BytesIO(b"kept"))
        before = sorted(provider.walk())
        for refused in _writes_and_reads(provider, key, tree):
            with pytest.raises(StorageError):
                refused()
        for harmless in (provider.stat, provider.delete, provider.delete_tree):
            with suppress(StorageError):
                assert not harmless(key)
        assert sorted(provider.walk()) == before
        assert read(provider, kept) == b"kept"

    def test_keeps_strangers_out(self, provider: StorageProvider) -> None:
        assert provider.refuses_anonymous_reads() is True
        assert not [key for key in provider.walk() if "probe" in key]

    def test_lies_on_disk_for_its_owner_alone(self, provider: StorageProvider) -> None:
        key = new_key()
        provider.put(key, io.BytesIO(b"private"))
        path = provider.local_path(key)
        if path is not None:
            assert path.read_bytes() == b"private"
            assert path.stat().st_mode & 0o007 == 0
        assert provider.local_path(new_key()) is None

    def test_links_open_with_their_signature_only(self, provider: StorageProvider) -> None:
        key = new_key()
        provider.put(key, io.BytesIO(b"private"))
        link = provider.link(key, seconds=60, file_name="talk.mp4")
        if link is not None:
            assert httpx.get(link, timeout=10).content == b"private"
            bare = httpx.get(link.partition("?")[0], timeout=10)
            assert bare.status_code in {400, 401, 403, 404}
            assert b"private" not in bare.content

    def test_knows_its_room_or_says_nothing(self, provider: StorageProvider) -> None:
        free = provider.free_bytes()
        assert free is None or free >= 0


def _writes_and_reads(
    provider: StorageProvider, key: str, tree: Path
) -> Iterator[Callable[[], object]]:
    source: BinaryIO = io.BytesIO(b"hostile")
    yield lambda: provider.put(key, source)
    yield lambda: provider.put_tree(key, tree)
    yield lambda: read(provider, key)


def _sights(provider: StorageProvider, prefix: str, done: Event) -> set[int]:
    """Count, again and again until told, how many files of a tree can be seen."""
    seen = set()
    while not done.is_set():
        seen.add(len(list(provider.walk(prefix))))
    return seen


def _digest_of_endless() -> bytes:
    digest = hashlib.sha256()
    for number in range(LARGE // 65536):
        digest.update(long_block(number))
    return digest.digest()
