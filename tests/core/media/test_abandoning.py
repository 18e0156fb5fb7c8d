"""An upload that ends without its bytes leaves nothing behind that nobody asked for."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils.timezone import now
from wagtail.models import ReferenceIndex

from core.media import services, spool
from core.media.errors import UploadGone
from core.media.models import Asset, Upload
from pages.models import Lesson


def expired(upload):
    Upload.objects.filter(pk=upload.pk).update(expires_at=now() - timedelta(seconds=1))
    assert services.sweep_uploads() == 1


ENDS = pytest.mark.parametrize(
    "end,words", [(services.abandon, "was cancelled"), (expired, "did not finish")]
)


@pytest.fixture
def lesson(site):
    return site.root_page.add_child(instance=Lesson(title="A", slug="a"))


@pytest.fixture
def half(begin):
    """An upload of which the first half is here."""
    upload = begin(size=6)
    services.receive(upload, 0, BytesIO(b"abc"))
    return upload


@ENDS
def test_an_asset_that_nobody_uses_yet_goes_with_its_upload(half, begin, end, words):
    fresh = begin(size=6)
    end(half)
    assert [*Asset.objects.all()] == [fresh.asset]
    assert [*Upload.objects.all()] == [fresh]
    assert not spool.path_of(half.pk).exists()


@ENDS
def test_an_asset_on_a_page_stays_and_says_what_happened(half, lesson, end, words):
    lesson.video = half.asset
    lesson.save()
    ReferenceIndex.create_or_update_for_object(lesson)
    check_it_stays(half, end, words)


@ENDS
def test_an_asset_in_a_draft_stays_too(half, lesson, end, words):
    lesson.video = half.asset
    lesson.save_revision()
    assert not ReferenceIndex.get_references_to(half.asset).exists()
    check_it_stays(half, end, words)


def check_it_stays(half, end, words):
    end(half)
    asset = Asset.objects.get()
    assert asset.status == Asset.Status.FAILED
    assert words in asset.error
    assert "film.mp4" in asset.error
    assert Upload.objects.get().state == Upload.State.ABANDONED
    assert not spool.path_of(half.pk).exists()
    with pytest.raises(UploadGone):
        services.receive(half, 3, BytesIO(b"def"))


def test_an_asset_whose_other_upload_goes_on_waits_for_it(half, begin):
    other = begin(size=6, asset=half.asset)
    services.abandon(half)
    assert Asset.objects.get().status == Asset.Status.UPLOADING
    services.abandon(other)
    assert not Asset.objects.exists()


def test_an_upload_that_ended_is_not_ended_again(begin):
    upload = begin(size=9, name="book.pdf", kind="file")
    services.receive(upload, 0, BytesIO(b"%PDF-1.7\n"))
    services.finish(upload)
    services.abandon(upload)
    assert Asset.objects.get().status == Asset.Status.READY
