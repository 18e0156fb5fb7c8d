"""The screen that cuts: what it asks for, whom it answers, and how it reads times."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.contract.services import flip
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.editing import services
from core.media.editing.models import Edition
from core.media.editing.queries import playing
from core.media.services.uploads import finish, receive, start_upload
from core.storage.models import StoredObject
from pages.admin.media.times import seconds_of, written


@pytest.fixture
def film(make_asset, site):
    asset = make_asset("Film", status="ready")
    asset.original = StoredObject.objects.create(
        site=site, provider="local_disk", key="aa/film/original", size=1
    )
    asset.probe = {"duration": 60.0, "video_codec": "h264", "frame_rate": 25.0}
    asset.duration = 60.0
    asset.save()
    return asset


def address(asset, rest=""):
    return f"/admin/media/{asset.pk}/cut/{rest}"


def test_the_form_alone_cuts_without_a_script(as_, editor, film):
    words = {"begin": "0:02", "end": "59,5", "from": ["10", "", "0:30"], "to": ["20", "", "31.5"]}
    answer = as_(editor).post(address(film), words)
    assert answer.status_code == 302
    edition = Edition.objects.get(asset=film, state="preparing")
    assert edition.kept == [[2.0, 10.0], [20.0, 30.0], [31.52, 59.52]]  # on the frames
    page = as_(editor).get(address(film)).content.decode()
    assert "Being prepared" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"begin": "soon"}, "is no time"),
        ({"begin": "59.9"}, "Nothing would be left"),
        ({}, "This is what plays already"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(as_, editor, film, words, said):
    answer = as_(editor).post(address(film), words)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Edition.objects.filter(state="preparing").exists()


@pytest.mark.parametrize(
    ("begin", "end", "said"),
    [
        ("30", "", "Row 2 has no end"),
        ("", "30", "Row 2 has no start"),
        ("40", "20", "Row 2 ends before it begins"),
        ("20", "20", "Row 2 ends before it begins"),
    ],
)
def test_a_row_that_is_not_whole_is_refused_by_its_number(as_, editor, film, begin, end, said):
    words = {"from": ["10", begin], "to": ["20", end], "begin": "0:02"}
    answer = as_(editor).post(address(film), words)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert not Edition.objects.filter(state="preparing").exists()
    shown = answer.context["rows"]  # as it was typed
    assert shown == [{"start": "10", "end": "20"}, {"start": begin, "end": end}]
    assert 'value="0:02"' in page


def test_another_version_on_its_way_is_waited_for(as_, editor, film):
    as_(editor).post(address(film), {"begin": "5"})
    answer = as_(editor).post(address(film), {"begin": "6"})
    assert "is being prepared. Wait for it" in answer.content.decode()
    number = Edition.objects.get(state="preparing").number
    as_(editor).post(address(film, f"{number}/stop/"))
    assert Edition.objects.get(number=number).state == "cancelled"


def test_only_who_may_change_it_comes_in(as_, editor, boss, film, make_asset, other_site):
    theirs = make_asset("Theirs", at=other_site)
    playing(theirs)
    for rest in ("", "editions/", "whole/"):
        assert as_(editor).get(address(theirs, rest)).status_code == 404
    assert as_(editor).post(address(theirs), {"begin": "5"}).status_code == 404
    assert as_(editor).post(address(theirs, "0/back/")).status_code == 404
    assert as_(boss).get(address(theirs)).status_code == 200


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("62.5", 62.5), ("1:02,5", 62.5), ("1:01:02", 3662.0), ("", None), ("0:00.04", 0.04)],
)
def test_times_are_read(text, seconds):
    assert seconds_of(text) == seconds


def test_times_are_written_as_they_are_read():
    assert [written(one) for one in (0, 62.5, 3662.04)] == ["0:00.00", "1:02.50", "1:01:02.04"]
    with pytest.raises(ValueError, match="a"):
        seconds_of("1:a")


def test_a_film_that_leaves_its_provider_says_so_before_and_the_library_after(as_, editor, film):
    told = "It is cut by ffmpeg on your own machines, and plays from there afterwards"
    assert told not in as_(editor).get(address(film)).content.decode()
    assert (
        "<dt>Plays from</dt><dd>ffmpeg on your own machines</dd>"
        in as_(editor).get(f"/admin/media/{film.pk}/").content.decode()
    )
    flip(site=film.site, plugin="mux", is_on=True)
    type(film).objects.filter(pk=film.pk).update(provider="mux")
    page = as_(editor).get(address(film)).content.decode()
    assert "This video plays from Mux" in page
    assert told in page
    library = as_(editor).get(f"/admin/media/{film.pk}/").content.decode()
    assert "<dt>Plays from</dt><dd>Mux</dd>" in library


def test_a_version_asked_for_before_the_stopped_one_noticed_waits_for_it(as_, editor, film):
    as_(editor).post(address(film), {"begin": "5"})
    first = Job.objects.get(kind="media.edit")
    Job.objects.filter(pk=first.pk).update(
        state=Job.State.RUNNING, lease_until=now() + timedelta(minutes=1)
    )
    as_(editor).post(address(film, f"{Edition.objects.get(state='preparing').number}/stop/"))
    as_(editor).post(address(film), {"begin": "6"})
    second = Job.objects.filter(kind="media.edit").latest("pk")
    edition = Edition.objects.get(state="preparing")
    assert (second.pk != first.pk, second.payload) == (True, {"edition": edition.pk})
    second = run_now(second)
    assert (second.state, second.attempt, second.error) == (Job.State.QUEUED, 0, "")
    Job.objects.filter(pk=first.pk).update(state=Job.State.CANCELLED)
    Job.objects.filter(pk=second.pk).update(run_after=None)
    assert run_now(second).error != ""  # its turn has come: there is no file behind this row


def test_a_replacement_that_failed_keeps_its_file_for_days_and_is_tried_again(
    as_, editor, film, site
):
    file = StoredObject.objects.create(site=site, provider="local_disk", key="aa/new/file", size=1)
    first = services.replace_original(asset=film, original=file, file_name="b.mp4", offset=2.0)
    services.fail(first, "The disk was full.")
    file.refresh_from_db()
    assert file.doomed_at is None
    assert "Retry" in as_(editor).get(address(film)).content.decode()
    as_(editor).post(address(film, f"{first.number}/retry/"))
    second = film.editions.get(state="preparing")
    assert (second.original, second.file_name, second.cause) == (file, "b.mp4", "replaced")
    assert second.facts["lies"]["offset"] == 2.0
    services.fail(second, "The disk is full still.")
    Edition.objects.filter(pk=first.pk).update(kept_until=now())
    services.let_go_due()
    file.refresh_from_db()
    assert file.doomed_at is None
    Edition.objects.filter(pk=second.pk).update(kept_until=now())
    services.let_go_due()
    file.refresh_from_db()
    assert file.doomed_at is not None
    assert set(film.editions.filter(state="failed").values_list("original", flat=True)) == {None}


@pytest.mark.parametrize(("asked", "takes"), [("video", "video/*,.mkv,.mov"), ("", "audio/*")])
def test_the_chooser_offers_what_was_asked_for(as_, editor, film, asked, takes):
    film.kind, film.asked = "audio", asked  # its file came without a picture
    film.save(update_fields=["kind", "asked"])
    assert f'accept="{takes}"' in as_(editor).get(address(film)).content.decode()


@pytest.fixture
def sent(film, site, editor, tmp_path):
    """A file that has come to replace the film's, and the job that takes it over."""
    file = tmp_path / "new.mp4"
    file.write_bytes(b"\0\0\0\x18ftypisom" + bytes(50))
    upload = start_upload(
        site=site,
        member=editor,
        file_name="new.mp4",
        size=file.stat().st_size,
        content_type="video/mp4",
        asset=film,
        replaces={},
    )
    with file.open("rb") as source:
        receive(upload, 0, source)
    finish(upload)
    return Job.objects.get(kind="media.replace")


def test_a_file_that_waits_for_other_work_says_so_until_its_turn_comes(as_, editor, film, sent):
    cut = services.cut(asset=film, kept=[(1.0, 9.0)])
    assert run_now(sent).state == Job.State.QUEUED
    services.stop(cut)
    client = as_(editor)
    for part in ("", "editions/"):
        page = client.get(address(film, part)).content.decode()
        assert "“new.mp4” has arrived and waits for its turn" in page
        assert 'busy-value="true"' in page or 'data-busy="true"' in page
    Job.objects.filter(pk=sent.pk).update(run_after=None)
    run_now(sent)
    page = client.get(address(film, "editions/")).content.decode()
    assert ("waits for its turn" in page, "Being prepared" in page) == (False, True)


def test_a_file_that_could_not_be_taken_over_is_named_among_the_versions(as_, editor, film, sent):
    payload = {**sent.payload, "object": "not a number"}
    Job.objects.filter(pk=sent.pk).update(payload=payload, max_attempts=1)
    failed = run_now(sent)
    failed.refresh_from_db()
    edition = film.editions.get(state="failed")
    assert (edition.file_name, edition.error) == ("new.mp4", failed.error)
    page = as_(editor).get(address(film, "editions/")).content.decode()
    assert "Something unexpected went wrong" in page
