"""Objects are stored whole, read back byte for byte, and let go of in the right order."""

from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from core.contract.errors import NoProvider, StorageError
from core.media.models import Asset
from core.storage.hooks import storage_is_private
from core.storage.models import StoredObject
from core.storage.services import (
    doom,
    local_copy,
    new_key,
    place,
    read,
    store,
    store_tree,
    sweep_doomed,
)


def put(site, words=b"words", **more):
    return store(site=site, source=BytesIO(words), content_type="text/plain", **more)


@pytest.fixture
def tree(site, tmp_path) -> StoredObject:
    folder = tmp_path / "tree"
    (folder / "deeper").mkdir(parents=True)
    (folder / "index.m3u8").write_bytes(b"#EXTM3U")
    (folder / "deeper" / "one.m4s").write_bytes(b"12345")
    return store_tree(site=site, folder=folder, purpose="360p")


def test_a_file_is_stored_and_read_back(site):
    obj = put(site, b"0123456789")
    assert (obj.provider, obj.size, obj.content_type) == ("local_disk", 10, "text/plain")
    assert b"".join(read(obj)) == b"0123456789"
    assert b"".join(read(obj, start=2, end=5)) == b"234"


def test_a_file_on_disk_is_stored_by_its_path(site, tmp_path):
    source = tmp_path / "Wägen & Messen.mp4"
    source.write_bytes(b"film")
    obj = store(site=site, source=source, content_type="video/mp4")
    assert b"".join(read(obj)) == b"film"
    assert "gen" not in obj.key.removeprefix(obj.key.split("/")[0])


def test_keys_are_made_by_the_house(site):
    key = new_key("original").split("/")
    assert key[0] == key[1][:2]
    assert len(key[1]) == 32
    assert key[2] == "original"
    assert put(site).key != put(site).key


def test_a_tree_is_stored_with_its_size_and_count(tree):
    assert (tree.shape, tree.files, tree.size) == ("tree", 2, 12)
    assert b"".join(read(tree, "index.m3u8")) == b"#EXTM3U"
    assert b"".join(read(tree, "deeper/one.m4s")) == b"12345"


def test_a_tree_is_not_read_as_a_file_nor_a_file_as_a_tree(tree, site):
    with pytest.raises(StorageError):
        read(tree)
    with pytest.raises(StorageError):
        read(put(site), "index.m3u8")


def test_bytes_are_taken_back_when_their_row_cannot_be_written(site):
    before = list(place(put(site)).walk())
    with pytest.raises(DatabaseError), transaction.atomic():
        store(site=site, source=BytesIO(b"x"), content_type="x" * 500)
    assert list(place(StoredObject.objects.get()).walk()) == before


def test_a_local_copy_is_the_file_itself_on_this_machine(site):
    obj = put(site)
    with local_copy(obj) as path:
        assert path == place(obj).local_path(obj.key)
        assert path.read_bytes() == b"words"


def test_an_object_whose_provider_is_gone_is_said_so(site):
    obj = put(site)
    obj.provider = "moon"
    with pytest.raises(NoProvider):
        read(obj)


def test_what_is_doomed_is_swept_when_it_is_due(site, tree):
    now_due, later, kept = put(site), put(site), put(site)
    doom(now_due)
    doom(tree)
    doom(later, after=timedelta(hours=1))
    provider = place(kept)
    assert sweep_doomed() == 2
    assert set(StoredObject.objects.values_list("pk", flat=True)) == {later.pk, kept.pk}
    assert sorted(provider.walk()) == sorted([later.key, kept.key])


def test_a_doomed_object_in_use_is_kept(site):
    obj = put(site)
    Asset.objects.create(site=site, title="Uses it", original=obj)
    doom(obj)
    assert sweep_doomed() == 0
    obj.refresh_from_db()
    assert obj.doomed_at is None
    assert b"".join(read(obj)) == b"words"


def test_a_sweep_that_was_killed_half_way_is_finished_by_the_next(site):
    obj = put(site)
    doom(obj)
    place(obj).delete(obj.key)  # the bytes went, the row's transaction did not commit
    assert sweep_doomed() == 1
    assert not StoredObject.objects.exists()


def test_the_audit_names_lost_bytes_and_orphans(site, tree):
    lost, orphan = put(site), "ab/abc/original"
    place(lost).delete(lost.key)
    place(lost).put(orphan, BytesIO(b"nobody's"))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("storage_audit", "--delete-orphans", "--wait=0", stdout=out)
    assert out.getvalue().splitlines() == [
        "This machine's disk: 1 rows without bytes, 1 files without a row",
        f"  lost    {lost.key}  (object {lost.pk}, 5 bytes)",
        f"  orphan  {orphan}",
        f"  deleted {orphan}",
    ]
    assert place(lost).stat(orphan) is None
    assert b"".join(read(tree, "index.m3u8")) == b"#EXTM3U"


def test_strangers_are_kept_out_of_every_place(site, settings):
    assert storage_is_private().ok
    settings.STATIC_ROOT = settings.DATA_DIR
    assert not storage_is_private().ok


def test_the_sweep_is_scheduled(site):
    from core.contract import ask

    assert "storage.sweep" in [schedule.kind for schedule in ask("schedules")]
    assert "storage.sweep" in [door.kind for door in ask("jobs")]


@pytest.fixture(autouse=True)
def _empty_place(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
