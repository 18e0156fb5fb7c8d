"""Uploads lose nothing, promise nothing that is not on disk, and have one writer at a time."""

import resource
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils.timezone import now

from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services, spool
from core.media.errors import (
    ChecksumMismatch,
    NoRoom,
    Superseded,
    TooLarge,
    UploadGone,
    UploadRefused,
    WrongOffset,
)
from core.media.models import Asset, Rendition, Stage, Upload
from core.media.services.preparation import mark_failed
from core.storage.models import StoredObject


class Line:
    """A connection that gives its parts one by one; a function among them is called instead."""

    def __init__(self, *parts):
        self.parts = list(parts)

    def read(self, _size):
        part = self.parts.pop(0) if self.parts else b""
        return part if isinstance(part, bytes) else part()


def broken():
    raise ConnectionResetError("the line broke")


def held(upload):
    return spool.path_of(upload.pk).read_bytes()


def receive(upload, offset, body, **more):
    return services.receive(upload, offset, BytesIO(body), **more)


def test_an_upload_begins_an_asset(begin, uploader, site):
    upload = begin(name="C:\\films\\My_first lesson.mp4")
    assert (upload.file_name, upload.asset.title) == ("My_first lesson.mp4", "My first lesson")
    assert (upload.asset.status, upload.asset.site) == (Asset.Status.UPLOADING, site)
    assert upload.asset.uploaded_by == uploader


@pytest.mark.parametrize("size", [0, -1])
def test_an_empty_file_is_refused_by_its_name(begin, size):
    with pytest.raises(UploadRefused, match=r"film\.mp4.*empty"):
        begin(size=size)
    assert not Asset.objects.exists()


def test_a_file_above_the_limit_is_refused_with_the_limit(begin, settings):
    settings.MEDIA_MAX_UPLOAD = 2 * 2**20
    with pytest.raises(TooLarge, match=r"2\.0"):
        begin(size=2 * 2**20 + 1)
    assert begin(size=2 * 2**20).size == 2 * 2**20


def test_a_file_that_does_not_fit_the_disk_is_refused_before_a_byte_is_sent(begin, settings):
    settings.MEDIA_MAX_UPLOAD = 2**62
    with pytest.raises(NoRoom):
        begin(size=spool.free_bytes() + 2**30)


def test_an_asset_that_has_its_file_takes_no_other(begin, clip, site, uploader):
    asset = services.ingest(site=site, member=uploader, path=clip, title="Film")
    with pytest.raises(UploadRefused, match="Film"):
        begin(asset=asset)


def test_bytes_are_appended_and_the_row_follows(begin):
    upload = begin(size=6)
    assert receive(upload, 0, b"abc") == 3
    assert services.resume(Upload.objects.get()) == 3
    assert receive(Upload.objects.get(), 3, b"def") == 6
    assert held(upload) == b"abcdef"
    assert Upload.objects.get().received == 6


@pytest.mark.parametrize("offset", [0, 2, 4])
def test_a_wrong_offset_changes_nothing_and_says_the_right_one(begin, offset):
    upload = begin(size=6)
    receive(upload, 0, b"abc")
    with pytest.raises(WrongOffset) as caught:
        receive(upload, offset, b"xyz")
    assert caught.value.held == 3
    assert held(upload) == b"abc"


def test_more_bytes_than_promised_are_refused(begin):
    upload = begin(size=3)
    with pytest.raises(TooLarge):
        receive(upload, 0, b"abcd")
    assert Upload.objects.get().received <= 3


def test_what_came_before_the_line_broke_is_kept(begin):
    upload = begin(size=6)
    with pytest.raises(ConnectionResetError):
        services.receive(upload, 0, Line(b"abc", broken))
    assert Upload.objects.get().received == 3
    assert receive(Upload.objects.get(), 3, b"def") == 6
    assert held(upload) == b"abcdef"


def test_who_comes_later_takes_over_and_the_earlier_writes_nothing_more(begin):
    upload = begin(size=6)

    def resumed_elsewhere():
        other = Upload.objects.get()
        assert services.resume(other) == 3
        assert receive(other, 3, b"def") == 6
        return b"XYZ"

    with pytest.raises(Superseded):
        services.receive(upload, 0, Line(b"abc", resumed_elsewhere))
    assert held(upload) == b"abcdef"
    assert Upload.objects.get().received == 6


def test_a_killed_process_loses_nothing_a_power_cut_only_what_was_not_on_disk(begin):
    upload = begin(size=9)
    receive(upload, 0, b"abc")
    Upload.objects.update(received=3)
    with spool.path_of(upload.pk).open("ab") as file:
        file.write(b"def")
    mark = spool.path_of(upload.pk).with_suffix(".writer")
    assert services.resume(Upload.objects.get()) == 6  # the same kernel runs
    mark.write_bytes(b"writer another-boot")
    assert services.resume(Upload.objects.get()) == 3
    assert held(upload) == b"abc"


def test_the_row_follows_every_ten_seconds_and_promises_only_what_is_on_disk(begin):
    upload = begin(size=9)

    def ten_seconds_later():
        Upload.objects.update(changed_at=now() - timedelta(seconds=11))
        upload.refresh_from_db(fields=["changed_at"])
        return b"def"

    def looked_at():
        assert Upload.objects.get().received == 6
        return b""

    assert services.receive(upload, 0, Line(b"abc", ten_seconds_later, looked_at)) == 6


def test_a_full_disk_keeps_what_came_and_the_upload_goes_on_later(begin):
    upload = begin(size=3 * 2**20)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, hard))
    try:
        with pytest.raises(NoRoom, match="kept"):
            receive(upload, 0, b"a" * 3 * 2**20)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    row = Upload.objects.get()
    assert (row.received, row.state) == (2**20, Upload.State.RECEIVING)
    assert receive(row, row.received, b"a" * 2 * 2**20) == 3 * 2**20


@pytest.mark.parametrize("sent,error", [(b"def", None), (b"deX", ChecksumMismatch)])
def test_a_checked_part_is_kept_only_when_it_is_whole(begin, sent, error):
    upload = begin(size=6)
    receive(upload, 0, b"abc")
    digest = bytes.fromhex("589c22335a381f122d129225f5c0ba3056ed5811")  # sha1 of "def"
    if error is None:
        assert receive(upload, 3, sent, checksum=("sha1", digest)) == 6
    else:
        with pytest.raises(error):
            receive(upload, 3, sent, checksum=("sha1", digest))
        assert held(upload) == b"abc"
        assert services.resume(Upload.objects.get()) == 3


def test_a_whole_upload_is_prepared_once_and_no_byte_is_copied(begin, clip):
    upload = begin(size=clip.stat().st_size)
    receive(upload, 0, clip.read_bytes())
    number = spool.path_of(upload.pk).stat().st_ino
    for _twice in range(2):
        asset = services.finish(upload)
    asset.refresh_from_db()
    assert asset.status == Asset.Status.PROCESSING
    stored = spool.folder().parent / "objects" / asset.original.key
    assert stored.stat().st_ino == number
    assert not spool.path_of(upload.pk).exists()
    assert Job.objects.filter(kind="media.prepare", subject=f"asset:{asset.pk}").count() == 1


def test_finishing_locks_nothing_but_the_upload(begin, clip, django_assert_max_num_queries):
    upload = begin(size=clip.stat().st_size)
    receive(upload, 0, clip.read_bytes())
    with django_assert_max_num_queries(100) as seen:
        services.finish(upload)
    first = next(one["sql"] for one in seen.captured_queries if "FOR UPDATE" in one["sql"])
    assert first.endswith('FOR UPDATE OF "core_upload"')


def test_an_upload_with_bytes_missing_is_not_finished(begin):
    upload = begin(size=6)
    receive(upload, 0, b"abc")
    with pytest.raises(WrongOffset):
        services.finish(upload)
    assert Upload.objects.get().state == Upload.State.RECEIVING


@pytest.mark.parametrize(
    "body,words",
    [
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "playlist"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "playlist"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\n", "playlist"),
        (b"\xef\xbb\xbf  #EXTM3U\n", "playlist"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "picture"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 64, "picture"),
        (b"%PDF-1.7\n", "document"),
        (b"PK\3\4" + b"\0" * 64, "document"),
        (b"MZ\x90\0" + b"\0" * 64, "program"),
        (b"hello there", "text"),
        (b"\0" * 500, "zeros"),
        (b"\x07\xaa\x93" * 50, "not a video"),
    ],
)
def test_what_is_no_video_fails_at_once_with_a_plain_reason(begin, body, words):
    upload = begin(size=len(body), name="holiday.mp4")
    receive(upload, 0, body)
    asset = services.finish(upload)
    asset.refresh_from_db()
    assert asset.status == Asset.Status.FAILED
    assert "holiday.mp4" in asset.error
    assert words in asset.error
    assert "upload it again" in asset.error
    assert asset.original is None
    assert not spool.path_of(upload.pk).exists()
    assert not Job.objects.filter(kind="media.prepare").exists()


def test_a_download_may_be_anything_and_is_ready_at_once(begin):
    upload = begin(size=9, name="workbook.pdf", kind="file")
    receive(upload, 0, b"%PDF-1.7\n")
    asset = services.finish(upload)
    asset.refresh_from_db()
    assert (asset.status, asset.original.size) == (Asset.Status.READY, 9)


@pytest.mark.parametrize("is_taken_over", [False, True])
def test_what_is_not_checked_yet_counts_for_nobody_else(begin, is_taken_over):
    upload = begin(size=9)
    receive(upload, 0, b"abc")

    def killed():  # another process looks at what this one leaves in the middle
        assert held(upload) == b"abcdef"
        assert services.resume(Upload.objects.get()) == 3
        if is_taken_over:
            assert receive(Upload.objects.get(), 3, b"xyz") == 6
        return b"ghi"

    with pytest.raises(Superseded):
        services.receive(upload, 3, Line(b"def", killed), checksum=("sha1", b""))
    assert held(upload) == (b"abcxyz" if is_taken_over else b"abc")


def test_an_expired_upload_is_gone_before_the_sweep_comes(begin):
    upload = begin(size=6)
    Upload.objects.update(expires_at=now() - timedelta(seconds=1))
    with pytest.raises(UploadGone, match=r"film\.mp4"):
        services.resume(Upload.objects.get())
    assert upload.asset.status == Asset.Status.UPLOADING


def sent(upload, body):
    receive(upload, 0, body)
    return services.finish(upload)


def test_after_a_failure_another_file_is_prepared_from_the_beginning(begin, clip):
    asset = sent(begin(), b"%PDF-1.7 x")
    asset.refresh_from_db()
    assert (asset.status, asset.original_id) == (Asset.Status.FAILED, None)
    asset = sent(begin(size=clip.stat().st_size, asset=asset), clip.read_bytes())
    asset.refresh_from_db()
    former = asset.original
    Stage.objects.create(asset=asset, name="probe", label="Probe", position=0, state="done")
    Rendition.objects.create(asset=asset, name="360p")
    Asset.objects.filter(pk=asset.pk).update(probe={"duration": 1.0}, playable_at=now())
    Job.objects.update(state=Job.State.FAILED)
    mark_failed(asset, "Export it as MP4, then upload it again.")
    asset = sent(begin(size=clip.stat().st_size, asset=asset), clip.read_bytes())
    asset.refresh_from_db()
    assert (asset.status, asset.error, asset.probe) == (Asset.Status.PROCESSING, "", {})
    assert asset.original_id != former.pk
    former.refresh_from_db()
    assert former.doomed_at is not None
    assert (asset.stages.count(), asset.renditions.count(), asset.is_playable) == (0, 0, False)
    assert Job.objects.filter(kind="media.prepare", state=Job.State.QUEUED).count() == 1


def test_a_file_that_ends_up_beside_work_that_began_meanwhile_waits_for_it(begin, clip, site):
    first = begin()
    asset = sent(first, b"%PDF-1.7 x")
    upload = begin(size=clip.stat().st_size, asset=asset)
    other = begin(size=clip.stat().st_size, asset=asset)
    sent(other, clip.read_bytes())
    sent(upload, clip.read_bytes())
    job = run_now(Job.objects.get(kind="media.replace"))
    assert (job.state, job.attempt) == (Job.State.QUEUED, 0)
    assert not asset.editions.exists()
    stored = StoredObject.objects.get(pk=job.payload["object"])
    assert stored.doomed_at > now()
    Asset.objects.filter(pk=asset.pk).update(status=Asset.Status.READY)
    Job.objects.filter(pk=job.pk).update(run_after=None)
    assert run_now(job).state == Job.State.SUCCEEDED
    assert asset.editions.get(state="preparing").original_id == stored.pk
