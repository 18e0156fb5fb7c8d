"""What is done to an asset once it is there."""

from io import BytesIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from core.contract.providers import StageSpec
from core.jobs.models import Job
from core.media import services
from core.media.errors import CannotRetry, NotMedia
from core.media.models import Asset, Upload
from core.media.services import reports
from core.media.services.improving import lay_out_late
from core.storage.models import StoredObject
from core.storage.services import read, sweep_doomed
from tests.factories import make_asset


@pytest.fixture
def asset(site, uploader, clip):
    return services.ingest(site=site, member=uploader, path=clip, title="Film", tags=["breath"])


def drawn(kind="PNG", size=(64, 36), **more):
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **more)
    file.seek(0)
    return file


def test_ingest_leaves_the_file_where_it_is(asset, clip):
    assert clip.exists()
    assert asset.original.size == clip.stat().st_size
    assert [tag.name for tag in asset.tags.all()] == ["breath"]
    assert asset.file_name == "clip.mp4"


def test_a_poster_is_drawn_anew(asset):
    note = "secret-note-in-the-upload"
    services.replace_poster(asset, drawn("JPEG", comment=note.encode()))
    body = b"".join(read(asset.poster))
    assert asset.poster.content_type == "image/jpeg"
    assert note.encode() not in body
    with Image.open(BytesIO(body)) as image:
        assert (image.format, image.size) == ("JPEG", (64, 36))
    earlier = asset.poster
    services.replace_poster(asset, drawn(size=(32, 18)))
    earlier.refresh_from_db()
    assert earlier.doomed_at
    assert asset.poster.doomed_at is None


@pytest.mark.parametrize("body", [b"", b"hello", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"<svg/>"])
def test_what_is_no_picture_is_no_poster(asset, body):
    with pytest.raises(NotMedia, match="picture"):
        services.replace_poster(asset, BytesIO(body))
    assert asset.poster is None


def test_a_poster_like_a_bomb_is_refused_before_it_is_decoded(asset):
    head = bytearray(drawn(size=(1, 1)).getvalue())
    head[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises(NotMedia):
        services.replace_poster(asset, BytesIO(bytes(head)))


def test_deleting_dooms_every_object_and_stops_the_job(asset):
    services.replace_poster(asset, drawn())
    services.delete(asset)
    assert not Asset.objects.exists()
    assert not Upload.objects.exists()
    assert Job.objects.get(kind="media.prepare").state == "cancelled"
    sweep_doomed()
    assert not StoredObject.objects.exists()


def test_an_asset_without_a_file_cannot_be_retried(site):
    with pytest.raises(CannotRetry, match="Upload it again"):
        services.retry(Asset.objects.create(site=site, title="Empty"))


def test_a_retry_does_not_run_twice_at_once(asset):
    services.retry(asset)
    services.retry(asset)
    assert Job.objects.filter(kind="media.prepare").count() == 1


def test_a_title_is_replaced_by_words_only(asset):
    services.replace_title(asset, "  Breathing  ")
    services.replace_title(asset, "   ")
    assert Asset.objects.get().title == "Breathing"


def test_the_command_shows_an_asset_and_prepares_it_again(asset, capsys):
    call_command("media", "inspect", "film")
    said = capsys.readouterr().out
    assert f"Film  ({asset.pk}, video, processing)" in said
    assert "attempt 0" in said
    Asset.objects.update(status="failed", error="It broke.")
    call_command("media", "inspect", str(asset.pk))
    assert "It broke." in capsys.readouterr().out
    call_command("media", "retry", str(asset.pk))
    assert "processing" in capsys.readouterr().out
    with pytest.raises(CommandError, match="0 assets"):
        call_command("media", "inspect", "nothing like it")


def test_deletion_waits_for_what_a_worker_is_writing(site):
    """Both lock the job first, so that neither holds what the other wants."""
    asset = make_asset(site)
    asset.stages.create(name="ladder", label="Encoding", position=1)
    with CaptureQueriesContext(connection) as seen:
        services.delete(asset)
    said = [query["sql"] for query in seen]
    locked = next(n for n, sql in enumerate(said) if "core_job" in sql and "FOR UPDATE" in sql)
    assert locked < next(n for n, sql in enumerate(said) if sql.startswith('DELETE FROM "core_'))


def test_improvements_that_nobody_wants_any_more_lie_ahead_no_more(site):
    asset = Asset.objects.create(site=site, title="Film", status="ready")
    report = reports.of_improving(reports.of_playing(asset))
    both = [StageSpec("smaller", "Smaller"), StageSpec("quality", "Quality")]
    lay_out_late(report, both)
    lay_out_late(report, both[1:])
    assert list(report.stages.values_list("name", "state")) == [("quality", "waiting")]
    report.stages.update(state="done")
    lay_out_late(report, [])
    assert list(report.stages.values_list("name", "state")) == [("quality", "done")]
