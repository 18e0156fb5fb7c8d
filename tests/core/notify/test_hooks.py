"""Whoever brought a film in hears how it went, once a preparation."""

from __future__ import annotations

import pytest

from core.contract import tell
from core.contract.verbs import TELL
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset
from core.media.services.preparation import mark_failed, mark_ready
from core.notify.models import Notification

pytestmark = pytest.mark.django_db


@pytest.fixture
def film(site, boss):
    return Asset.objects.create(site=site, title="Breathing", uploaded_by=boss)


def hear():
    for job in Job.objects.filter(kind=TELL, state="queued"):
        assert run_now(job).error == ""


def told():
    return [(one.kind, one.title, one.body) for one in Notification.objects.order_by("created_at")]


def test_asset_ready_is_told_once_though_it_is_announced_twice(film):
    mark_ready(film)
    tell("asset_ready", asset_id=str(film.pk), site_id=film.site_id)
    hear()
    assert [kind for kind, *_ in told()] == ["media_ready"]
    assert Notification.objects.get().url == f"/admin/media/{film.pk}/"


def test_asset_failed_is_told_in_the_words_of_its_failure(film):
    mark_failed(film, "This is a text. Choose a film.")
    hear()
    assert told() == [
        ("media_failed", "“Breathing” could not be prepared", "This is a text. Choose a film.")
    ]


def test_a_film_that_fails_twice_is_told_twice(film):
    for _attempt in range(2):
        Job.objects.create(kind="media.prepare", queue="media", subject=f"asset:{film.pk}")
        mark_failed(film, "No.")
        hear()
        film.status = Asset.Status.PROCESSING
        film.save()
    assert [kind for kind, *_ in told()] == ["media_failed", "media_failed"]


def test_a_film_of_nobody_tells_nobody(film):
    Asset.objects.update(uploaded_by=None)
    mark_ready(film)
    hear()
    assert told() == []
