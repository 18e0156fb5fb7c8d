"""The local disk keeps whole files or none, never overwrites, and lets nobody else read."""

import os
import subprocess
import sys
import threading
import time
from io import BytesIO

import pytest

from core.contract import ask, registry
from core.contract.errors import KeyTaken, StorageError, StorageFull
from core.contract.testing.storage import StorageContract
from core.jobs.services import enqueue, run_now

LocalDisk = type(registry.plugins["local_disk"].hooks.storage_providers()[0])


@pytest.fixture
def disk(tmp_path):
    return LocalDisk(tmp_path / "objects")


def left_over(disk):
    return [path for path in disk.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "key",
    [
        "", "/etc/passwd", "../x", "a/../b", "a/./b", "a//b", "a/", "/a", ".hidden", "a\\b",
        "a\0b", "ä/b", "a b", "a/b\n", "~root", "a" * 300, "/".join("a" * 600), "a/%2e%2e/b",
        "a/.arriving/b",
        ".arriving/x", "C:\\x", "a/\u202e/b", "a/b ", "..", ".",
    ],
)  # fmt: skip
def test_hostile_keys_are_refused_by_every_verb(disk, tmp_path, key):
    folder = tmp_path / "folder"
    folder.mkdir()
    verbs = [
        lambda: disk.put(key, BytesIO(b"x")),
        lambda: disk.put_tree(key, folder),
        lambda: disk.open(key),
        lambda: disk.stat(key),
        lambda: disk.delete(key),
        lambda: disk.delete_tree(key),
        lambda: disk.local_path(key),
    ]
    for verb in verbs:
        with pytest.raises(StorageError):
            verb()
    assert left_over(disk) == []


def test_of_many_writers_of_one_key_exactly_one_wins(disk):
    outcomes = []

    def write(number):
        try:
            disk.put("ab/one/original", BytesIO(bytes([number]) * 300_000))
            outcomes.append(number)
        except KeyTaken:
            outcomes.append(None)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = [number for number in outcomes if number is not None]
    assert b"".join(disk.open("ab/one/original")) == bytes([winner]) * 300_000
    assert len(left_over(disk)) == 1


def test_a_reader_that_breaks_off_leaves_nothing(disk):
    class Broken(BytesIO):
        def read(self, size=-1):
            raise OSError(5, "the line broke")

    with pytest.raises(StorageError):
        disk.put("ab/one/original", Broken())
    assert disk.stat("ab/one/original") is None
    assert left_over(disk) == []


FILL = """
import sys, io
from pathlib import Path
import django; django.setup()
from core.contract import ask, registry
from core.contract.errors import StorageFull
disk = type(registry.plugins["local_disk"].hooks.storage_providers()[0])(Path(sys.argv[1]))
try:
    disk.put("ab/one/original", io.BytesIO(b"x" * (4 << 20)))
except StorageFull as error:
    print("full:", error)
print([str(path) for path in disk.root.rglob("*") if path.is_file()])
disk.put("ab/two/original", io.BytesIO(b"small"))
print(disk.stat("ab/two/original").size)
"""


def test_a_full_disk_is_said_plainly_and_leaves_nothing(tmp_path):
    """A real file system of 2 MB where the kernel lets us mount one, else a limit on files."""
    place = tmp_path / "small"
    place.mkdir()
    namespace = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = f'mount -t tmpfs -o size=2m none {place} && exec "$@"'
    python = [sys.executable, "-c", FILL, str(place)]
    limit = "ulimit -f 2048; trap '' XFSZ; exec \"$@\""
    can_mount = subprocess.run([*namespace, mount, "sh", "true"], capture_output=True, check=False)
    prefix = [*namespace, mount, "sh"] if can_mount.returncode == 0 else ["sh", "-c", limit, "sh"]
    done = subprocess.run([*prefix, *python], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        "full: The disk is full. Free some space, or add some, and try again.", "[]", "5",
    ], done.stderr  # fmt: skip


def test_storage_full_is_a_storage_error():
    assert issubclass(StorageFull, StorageError)


def test_what_a_tree_may_not_hold(disk, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("root:x:0")
    for plant in (
        lambda folder: (folder / "link").symlink_to(secret),
        lambda folder: os.mkfifo(folder / "pipe"),
        lambda folder: (folder / ".hidden").write_text("x"),
        lambda folder: (folder / "a b").write_text("x"),
    ):
        folder = tmp_path / "tree"
        folder.mkdir()
        plant(folder)
        with pytest.raises(StorageError):
            disk.put_tree("ab/one/720p", folder)
        assert list(disk.walk()) == []
        for entry in folder.iterdir():
            entry.unlink()
        folder.rmdir()


def test_a_tree_from_another_file_system_is_copied(disk, tmp_path, monkeypatch):
    folder = tmp_path / "tree"
    (folder / "in").mkdir(parents=True)
    (folder / "in" / "a.m4s").write_text("abc")
    elsewhere = os.fspath(disk.root)

    def rename(self, target, real=type(folder).rename):
        if self == folder:
            raise OSError(18, "Invalid cross-device link", elsewhere)
        return real(self, target)

    monkeypatch.setattr(type(folder), "rename", rename)
    assert disk.put_tree("ab/one/720p", folder) == 3
    assert list(disk.walk()) == ["ab/one/720p/in/a.m4s"]


def test_files_are_not_for_other_accounts(disk):
    disk.put("ab/one/original", BytesIO(b"x"))
    path = disk.local_path("ab/one/original")
    assert path.stat().st_mode & 0o777 == 0o640
    assert disk.root.stat().st_mode & 0o007 == 0
    assert disk.refuses_anonymous_reads()
    disk.root.chmod(0o755)
    assert not disk.refuses_anonymous_reads()


def test_a_place_inside_a_served_folder_is_found_out(disk, settings):
    settings.MEDIA_ROOT = disk.root.parent
    assert not disk.refuses_anonymous_reads()
    assert list(disk.walk()) == []


def test_a_deleted_tree_is_gone_for_readers_at_once_and_folders_are_pruned(disk, tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.m4s").write_text("abc")
    disk.put_tree("ab/one/720p", folder)
    disk.delete_tree("ab/one/720p")
    assert list(disk.walk()) == []
    assert not (disk.root / "ab").exists()


def test_what_a_killed_process_left_is_tidied_once_it_is_old(disk):
    disk.put("ab/one/original", BytesIO(b"x"))
    old, young = disk._room(".arriving"), disk._room(".leaving")
    old.write_bytes(b"half")
    young.mkdir()
    os.utime(old, (1, 1))
    assert disk.tidy(older_than=time.time() - 3600) == 1
    assert not old.exists()
    assert young.exists()
    assert list(disk.walk()) == ["ab/one/original"]


def test_tidying_is_a_job_that_runs_by_itself(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    left = tmp_path / "objects" / ".arriving" / "half"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half")
    os.utime(left, (1, 1))
    job = run_now(enqueue(kind="local_disk.tidy"))
    assert job.result == {"removed": 1}
    assert not left.exists()
    assert "local_disk.tidy" in [schedule.kind for schedule in ask("schedules")]


class TestContract(StorageContract):
    """Everything any place for bytes must do."""

    @pytest.fixture
    def provider(self, tmp_path):
        return LocalDisk(tmp_path / "objects")
