"""The storage suite is worth something: each careless place is caught by the test it deserves."""

import io
import shutil
from pathlib import Path

import pytest

from core.contract.errors import KeyTaken, StorageError
from core.contract.providers import ObjectStat
from core.contract.testing.storage import HOSTILE, StorageContract


class Careless:
    """Keeps the letter of most promises and the spirit of none; each fault is switched on."""

    name = label = "careless"

    def __init__(self, root, *faults):
        self.root, self.faults = root, faults

    def _path(self, key):
        if "climbs" not in self.faults and key in HOSTILE.values():
            raise StorageError(key)
        return self.root / key

    def put(self, key, source, *, content_type=""):
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and "overwrites" not in self.faults:
            raise KeyTaken(key)
        data = source if isinstance(source, io.IOBase) else source.open("rb")
        if "half" in self.faults:
            with path.open("wb") as file:
                shutil.copyfileobj(data, file, 100)
        else:
            path.write_bytes(data.read())
        path.chmod(0o644 if "open" in self.faults else 0o600)
        return self.stat(key)

    def put_tree(self, prefix, folder):
        target = self._path(prefix)
        if target.exists() and "overwrites" not in self.faults:
            raise KeyTaken(prefix)
        shutil.copytree(folder, target, dirs_exist_ok=True, symlinks=False)
        return sum(path.stat().st_size for path in target.rglob("*") if path.is_file())

    def open(self, key, *, start=0, end=None):
        if not self._path(key).is_file():
            raise StorageError(key)
        content = self._path(key).read_bytes()
        shift = 1 if "shifted" in self.faults and end else 0
        yield content[start : end + shift if end is not None else None]

    def stat(self, key):
        path = self._path(key)
        return ObjectStat(path.stat().st_size, str(path)) if path.is_file() else None

    def delete(self, key):
        self._path(key).unlink(missing_ok="strict" not in self.faults)

    def delete_tree(self, prefix):
        for key in list(self.walk(prefix)):
            self.delete(key)

    def walk(self, prefix=""):
        for path in sorted(self.root.rglob("*")):
            key = path.relative_to(self.root).as_posix()
            start = prefix if "loose" in self.faults or not prefix else f"{prefix}/"
            if path.is_file() and key.startswith(start):
                yield key

    def local_path(self, key):
        path = self._path(key)
        return path if path.is_file() else None

    def link(self, key, *, seconds, file_name=""):
        return None

    def free_bytes(self):
        return None

    def refuses_anonymous_reads(self):
        return "open" not in self.faults


CAUGHT = {
    "overwrites": "test_overwrites_nothing",
    "half": "test_stores_whole_or_not_at_all",
    "strict": "test_deletes",
    "loose": "test_walks_and_deletes_by_whole_parts",
    "open": "test_keeps_strangers_out",
}


@pytest.mark.parametrize("fault, test", CAUGHT.items())
def test_a_careless_place_is_caught(tmp_path: Path, fault, test):
    getattr(StorageContract(), test)(Careless(tmp_path / "good"))
    with pytest.raises((AssertionError, FileNotFoundError, pytest.fail.Exception)):
        getattr(StorageContract(), test)(Careless(tmp_path / "bad", fault))


def test_ranges_that_end_one_byte_late_are_caught(tmp_path):
    StorageContract().test_reads_ranges(Careless(tmp_path), 1, 2)
    with pytest.raises(AssertionError):
        StorageContract().test_reads_ranges(Careless(tmp_path, "shifted"), 1, 2)


def test_a_place_that_climbs_is_caught(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    suite, kind = StorageContract(), "climbing inside"
    suite.test_refuses_hostile_keys(Careless(tmp_path / "good"), tree, kind)
    with pytest.raises(pytest.fail.Exception):
        suite.test_refuses_hostile_keys(Careless(tmp_path / "bad", "climbs"), tree, kind)


def test_a_place_that_follows_links_is_caught(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    with pytest.raises(AssertionError):
        StorageContract().test_follows_no_link_out_of_a_tree(Careless(tmp_path / "place"), tree)
