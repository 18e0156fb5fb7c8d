"""Objects are stored whole, read back byte for byte, and let go of in the right order."""

from datetime import timedelta
from io import BytesIO, StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils.timezone import now

from core.contract.errors import NoProvider, StorageError
from core.jobs.models import Job
from core.jobs.services import enqueue, run_now
from core.media.models import Asset
from core.storage.hooks import storage_is_private
from core.storage.models import StoredObject
from core.storage.services import (
    SWEEP_AT_ONCE,
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


def away(site, count: int, **more) -> list[StoredObject]:
    """Make doomed objects of a place that nobody answers for."""
    more = {"provider": "moon", "size": 1, "doomed_at": now() - timedelta(days=1)} | more
    rows = [StoredObject(site=site, key=new_key("original"), **more) for _ in range(count)]
    return StoredObject.objects.bulk_create(rows)


def test_a_place_that_is_away_keeps_nothing_else_from_being_deleted(site):
    gone, ours = away(site, SWEEP_AT_ONCE), put(site)
    doom(ours)
    assert [sweep_doomed(), sweep_doomed()] == [0, 1]
    assert set(StoredObject.objects.all()) == set(gone)


def test_what_could_not_be_deleted_is_tried_again_later(site):
    (kept,) = away(site, 1)
    assert sweep_doomed() == 0
    kept.refresh_from_db()
    assert timedelta(minutes=59) < kept.doomed_at - now() < timedelta(minutes=61)


def test_one_sweep_deletes_all_that_is_due_and_lives_meanwhile(site):
    away(site, SWEEP_AT_ONCE + 1, provider="local_disk")
    job = run_now(enqueue(kind="storage.sweep"))
    assert (job.state, job.result) == (Job.State.SUCCEEDED, {"deleted": SWEEP_AT_ONCE + 1})
    assert not StoredObject.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_sweep_passes_by_what_another_holds_and_ends(site):
    held = put(site)
    doom(held)
    ticks = iter([None])  # a second look at the same row finds no tick
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("SELECT FROM core_storedobject WHERE id = %s FOR UPDATE", [held.pk])
        assert sweep_doomed(tick=lambda: next(ticks)) == 0
    assert sweep_doomed() == 1


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
