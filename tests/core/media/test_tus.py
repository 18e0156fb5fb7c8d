"""tus 1.0, judged by the protocol's own words and by a client that others wrote."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils.timezone import now
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError
from wagtail.models import Collection, GroupCollectionPermission

from core.contract import hookimpl, registry
from core.contract.errors import StorageError, StorageFull
from core.jobs.models import Job
from core.media import services, spool
from core.media.models import Asset, Upload
from core.members.models import Member

from .conftest import cookie_of, described


@pytest.fixture
def editing(door, uploader):
    return door(uploader)


def test_options_say_what_is_spoken_to_anybody(door):
    answer = door().ask("OPTIONS", "/uploads/", **{"Tus-Resumable": None})
    assert answer.status == 204
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"].split(",") == [
        "creation",
        "creation-with-upload",
        "expiration",
        "termination",
        "checksum",
    ]
    assert int(answer.headers["Tus-Max-Size"]) > 2**30
    assert "sha1" in answer.headers["Tus-Checksum-Algorithm"]
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


def test_an_editor_begins_asks_and_appends(editing):
    begun = editing.begin(size=6)
    path = begun.headers["Location"]
    assert begun.status == 201
    assert begun.headers["Lectern-Asset"] == str(Asset.objects.get().pk)
    assert "GMT" in begun.headers["Upload-Expires"]
    sent = editing.patch(path, 0, b"abc")
    assert (sent.status, sent.headers["Upload-Offset"]) == (204, "3")
    asked = editing.ask("HEAD", path)
    assert (asked.status, asked.headers["Upload-Offset"]) == (200, "3")
    assert (asked.headers["Upload-Length"], asked.headers["Cache-Control"]) == ("6", "no-store")


def test_the_first_bytes_may_come_along(editing):
    kind = {"Content-Type": "application/offset+octet-stream"}
    begun = editing.begin(size=6, body=b"abc", **kind)
    assert (begun.status, begun.headers["Upload-Offset"]) == (201, "3")


def test_only_signed_in_editors_begin(door, uploader):
    plain = Member.objects.create_user("plain@lectern.example", "s3cret-words")
    assert door().begin().status == 401
    assert door(plain).begin().status == 403
    gone = door(uploader)
    uploader.is_active = False
    uploader.save()
    assert gone.begin().status == 401
    assert not Upload.objects.exists()


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_another_members_upload_looks_like_none(editing, door, boss, method):
    path = editing.begin().headers["Location"]
    kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    assert door(boss).ask(method, path, b"abc", **kind).status == 404
    assert door().ask(method, path, b"abc", **kind).status == 401
    assert Upload.objects.get().received == 0


def asked(caller, path):
    """Ask, send, and say that it has arrived."""
    answers = (caller.ask("HEAD", path), caller.patch(path, 0, b"abc"), caller.ask("POST", path))
    return [answer.status for answer in answers]


def test_who_may_add_media_no_more_sends_no_more_and_may_end_it(editing, uploader):
    path = editing.begin(size=3).headers["Location"]
    uploader.groups.clear()
    assert asked(editing, path) == [403, 403, 403]
    assert (Upload.objects.get().received, Asset.objects.get().original) == (0, None)
    assert editing.ask("DELETE", path).status == 204


@pytest.mark.parametrize("status", [Asset.Status.READY, Asset.Status.FAILED])
def test_who_may_change_a_video_no_more_sends_it_no_file(
    editing, boss, clip, site, uploader, status
):
    asset = services.ingest(site=site, member=boss, path=clip, title="Film")
    Asset.objects.update(status=status)
    right = Permission.objects.get(codename="change_asset")
    granted = GroupCollectionPermission.objects.create(
        group=uploader.groups.get(), collection=asset.collection, permission=right
    )
    words = described(filename="b.mp4", asset=str(asset.pk), replaces="1")
    path = editing.begin(size=6, **{"Upload-Metadata": words}).headers["Location"]
    assert editing.ask("HEAD", path).status == 200
    granted.delete()
    assert asked(editing, path) == [403, 403, 403]
    assert uploader.uploads.get().received == 0


def test_new_media_that_was_filed_elsewhere_meanwhile_arrives(editing, uploader):
    path = editing.begin(size=6).headers["Location"]
    root = Collection.get_first_root_node()
    uploader.groups.get().collection_permissions.update(collection=root.add_child(name="Shelf"))
    Asset.objects.update(collection=root)
    assert editing.patch(path, 0, b"abc").status == 204


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_other_origins_are_kept_out(editing, headers):
    answer = editing.begin(**headers)
    assert answer.status == 403
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert not Upload.objects.exists()


def test_a_request_without_the_protocols_header_is_refused(editing):
    assert editing.begin(**{"Tus-Resumable": None}).status == 412
    assert editing.begin(**{"Tus-Resumable": "0.2.2"}).status == 412


@pytest.mark.parametrize("length", ["", "x", "-1", "0", "1e3", "٣", "9" * 40])
def test_a_size_that_is_none_is_a_400(editing, length):
    assert editing.begin(**{"Upload-Length": length}).status == 400


def test_a_description_that_cannot_be_read_is_a_400(editing):
    assert editing.begin(**{"Upload-Metadata": "filename %%%"}).status == 400
    assert (
        editing.begin(**{"Upload-Metadata": described(filename="a.mp4", asset="x")}).status == 404
    )


@pytest.mark.parametrize(
    ("lies", "said"),
    [
        ({"removed": "40-20"}, "“40-20” is no range"),
        ({"removed": "10-20,30-nan"}, "“30-nan” is no range"),
        ({"removed": "10-inf"}, "“10-inf” is no range"),
        ({"offset": "nan"}, "“nan” is no number of seconds"),
        ({"removed": "10"}, "Each range has a start and an end"),
        ({"offset": "soon"}, "can't be read. Write seconds"),
    ],
)
def test_how_a_replacing_file_lies_is_read_or_refused_in_words(editing, lies, said):
    header = described(filename="a.mp4", replaces="1", **lies)
    answer = editing.begin(**{"Upload-Metadata": header})
    assert (answer.status, said in answer.words) == (400, True)


def test_what_is_too_large_is_a_413_with_plain_words(editing, settings):
    settings.MEDIA_MAX_UPLOAD = 5
    answer = editing.begin(size=6)
    assert answer.status == 413
    assert "at most" in answer.words


def test_more_than_was_promised_is_a_413(editing):
    path = editing.begin(size=3).headers["Location"]
    assert editing.patch(path, 0, b"abcd").status == 413


def test_a_disk_without_room_is_a_507(editing, settings):
    settings.MEDIA_MAX_UPLOAD = 2**62
    answer = editing.begin(size=spool.free_bytes() + 2**30)
    assert answer.status == 507
    assert "no room" in answer.words


def test_a_wrong_offset_is_a_409_and_an_unreadable_one_a_400(editing):
    path = editing.begin(size=6).headers["Location"]
    assert editing.patch(path, 3, b"abc").status == 409
    assert editing.patch(path, "x", b"abc").status == 400
    assert editing.patch(path, 0, b"abc", **{"Content-Type": "text/plain"}).status == 415


def test_a_damaged_part_is_a_460_and_is_not_kept(editing):
    path = editing.begin(size=6).headers["Location"]
    wrong = {"Upload-Checksum": "sha1 Kq5sNclPz7QV2+lfQIuc6R7oRu0="}
    assert editing.patch(path, 0, b"abc", **wrong).status == 460
    right = {"Upload-Checksum": "sha1 qZk+NkcGgWq6PiVxeFDCbJzQ2J0="}
    assert editing.patch(path, 0, b"abc", **right).status == 204
    assert editing.patch(path, 3, b"def", **{"Upload-Checksum": "crc32 AAAA"}).status == 400


def test_a_whole_upload_whose_end_was_not_heard_is_finished_by_the_next_look(editing, clip):
    size = clip.stat().st_size
    path = editing.begin(size=size).headers["Location"]
    spool.folder().mkdir(parents=True, exist_ok=True)
    editing.patch(path, 0, clip.read_bytes()[:100])
    with spool.path_of(Upload.objects.get().pk).open("ab") as file:
        file.write(clip.read_bytes()[100:])
    assert editing.ask("HEAD", path).headers["Upload-Offset"] == str(size)
    assert Asset.objects.get().status == Asset.Status.PROCESSING


def test_an_expired_or_ended_upload_is_a_410(editing):
    path = editing.begin(size=6).headers["Location"]
    Upload.objects.update(expires_at=now() - timedelta(seconds=1))
    assert editing.ask("HEAD", path).status == 410
    assert editing.patch(path, 0, b"abc").status == 410


def test_an_editor_ends_an_upload(editing):
    path = editing.begin(size=6).headers["Location"]
    editing.patch(path, 0, b"abc")
    assert editing.ask("DELETE", path).status == 204
    assert editing.patch(path, 3, b"def").status == 404
    assert editing.ask("DELETE", path).status == 404
    assert not Asset.objects.exists()
    assert not list(spool.folder().iterdir())


def test_other_verbs_and_unknown_uploads(editing):
    path = editing.begin().headers["Location"]
    assert editing.ask("GET", path).status == 405
    assert editing.ask("PUT", "/uploads/").status == 405
    assert editing.ask("HEAD", "/uploads/5f0c1b6e-0000-4000-8000-000000000000").status == 404


def test_a_session_costs_few_queries_a_part(editing, django_assert_max_num_queries):
    path = editing.begin(size=6).headers["Location"]
    with django_assert_max_num_queries(9):
        editing.patch(path, 0, b"abc")


def test_a_foreign_client_uploads_with_a_reload_in_the_middle(server, uploader, clip):
    client = TusClient(f"{server}/uploads/", headers={"Cookie": cookie_of(uploader)})
    words = {"filename": "Größe.mp4", "filetype": "video/mp4"}
    with clip.open("rb") as file:
        first = client.uploader(file_stream=file, chunk_size=1000, metadata=words)
        first.upload(stop_at=3000)
    with clip.open("rb") as file:
        again = client.uploader(
            file_stream=file, url=first.url, chunk_size=4096, upload_checksum=True
        )
        assert again.offset == 3000
        again.upload()
    asset = Asset.objects.get()
    assert (asset.status, asset.file_name) == (Asset.Status.PROCESSING, "Größe.mp4")
    assert asset.original.size == clip.stat().st_size
    stored = spool.folder().parent / "objects" / asset.original.key
    assert stored.read_bytes() == clip.read_bytes()
    assert Job.objects.get(kind="media.prepare").subject == f"asset:{asset.pk}"


def test_a_foreign_client_hears_what_is_wrong(server, uploader, clip):
    client = TusClient(f"{server}/uploads/", headers={"Cookie": "sessionid=none"})
    with clip.open("rb") as file, pytest.raises(TusCommunicationError) as caught:
        client.uploader(file_stream=file).upload()
    assert caught.value.status_code == 401


def test_a_file_that_could_not_take_the_place_is_refused_before_a_byte_is_sent(
    editing, begin, clip, site, uploader
):
    asset = services.ingest(site=site, member=uploader, path=clip, title="Film")
    told = {"asset": str(asset.pk), "replaces": "1"}
    answer = editing.begin(**{"Upload-Metadata": described(filename="b.mp4", **told)})
    assert (answer.status, "is being prepared" in answer.words) == (400, True)
    Asset.objects.filter(pk=asset.pk).update(status=Asset.Status.READY)
    answer = editing.begin(**{"Upload-Metadata": described(filename="b.mp4", **told)})
    assert (answer.status, asset.uploads.latest("created_at").replaces is None) == (201, False)


@pytest.mark.parametrize("has_original", [True, False])
def test_what_failed_takes_another_file_in_its_place(editing, clip, site, uploader, has_original):
    asset = services.ingest(site=site, member=uploader, path=clip, title="Film")
    asset.original = asset.original if has_original else None
    asset.status = Asset.Status.FAILED
    asset.save()
    told = {"asset": str(asset.pk), "replaces": "1"}
    answer = editing.begin(**{"Upload-Metadata": described(filename="b.mp4", **told)})
    assert answer.status == 201
    assert asset.uploads.latest("created_at").replaces is None


def test_without_a_place_an_upload_is_refused_before_its_bytes(editing, settings):
    settings.STORAGE_PROVIDER = "gone"
    answer = editing.begin(size=10)
    assert (answer.status, "Ask the operator" in answer.words) == (503, True)
    assert not Asset.objects.exists()


def test_what_has_no_place_at_its_end_is_told_waits_and_goes_on(editing, settings, clip):
    place = editing.begin(size=clip.stat().st_size).headers["Location"]
    settings.STORAGE_PROVIDER = "gone"
    answer = editing.patch(place, 0, clip.read_bytes())
    assert (answer.status, "Ask the operator" in answer.words) == (503, True)
    assert (Upload.objects.get().state, Asset.objects.get().original) == ("receiving", None)
    assert editing.ask("HEAD", place).status == 423
    settings.STORAGE_PROVIDER = "local_disk"
    assert editing.ask("HEAD", place).status == 200
    assert (Upload.objects.get().state, Asset.objects.get().status) == ("complete", "processing")


class Faraway:
    """A place that takes nothing."""

    name = "faraway"

    def __init__(self, error):
        self.error = error

    def put(self, _key, _source, **_more):
        raise self.error

    @hookimpl
    def storage_providers(self):
        return [self]


@pytest.mark.parametrize(
    ("error", "status"), [(StorageFull("It is full."), 507), (StorageError("It is away."), 503)]
)
def test_what_storage_says_at_the_end_reaches_the_editor(editing, settings, clip, error, status):
    place = editing.begin(size=clip.stat().st_size).headers["Location"]
    registry.manager.register(Faraway(error), name="tests.faraway")
    registry.rooms.add("tests.faraway")
    settings.STORAGE_PROVIDER = "faraway"
    try:
        answer = editing.patch(place, 0, clip.read_bytes())
        asked = editing.ask("HEAD", place)  # after any other status a client sends it all anew
    finally:
        registry.manager.unregister(name="tests.faraway")
        registry.rooms.discard("tests.faraway")
    assert (answer.status, answer.words, asked.status) == (status, str(error), 423)
    assert Upload.objects.get().state == "receiving"


def test_what_cannot_be_shown_is_left_out_of_what_a_file_is_called(editing):
    words = described(filename="a.mp4", title=" a\0b ", filetype="video/\0mp4")
    assert editing.begin(**{"Upload-Metadata": words}).status == 201
    upload = Upload.objects.get()
    assert (upload.asset.title, upload.content_type) == ("ab", "video/mp4")
