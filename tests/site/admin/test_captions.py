"""Editors upload, correct, publish and restore captions; nobody else's are touched."""

from __future__ import annotations

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core.jobs.models import Job
from core.media.transcripts import services
from core.media.transcripts.languages import REGIONAL
from core.media.transcripts.models import TranscriptVersion
from plugins.openai.languages import TAGS

CUES = [
    {"start": 0, "end": 2, "text": "Write that sentense now.", "words": [[0, 1, "Write", 0.9]]},
    {"start": 2, "end": 4, "text": "Then stop.", "flags": ["loop"]},
]
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHallo <b>du</b>\n"


@pytest.fixture
def film(make_asset):
    return make_asset(probe={"audio_codec": "aac"})


@pytest.fixture
def version(film):
    return write(film)


def write(film, cues=None, **more):
    origin = TranscriptVersion.Origin.HEARD
    return services.write(asset=film, language="en", cues=cues or CUES, origin=origin, **more)


def at(name, film, *more):
    return reverse(f"media_library:{name}", args=[film.pk, *more])


def send(client, url, **body):
    return client.post(url, json.dumps(body), content_type="application/json")


def upload(client, film, data, language="de", name="mine.vtt"):
    file = SimpleUploadedFile(name, data)
    url = at("words_upload", film)
    return client.post(url, {"file": file, "language": language}, follow=True)


def test_the_library_tells_of_captions_and_leads_to_them(as_, editor, film, version):
    page = as_(editor).get(at("edit", film)).content.decode()
    assert at("words_edit", film, "en") in page
    assert "1 to check" in page


def test_a_file_becomes_captions(as_, editor, film):
    page = upload(as_(editor), film, VTT).content.decode()
    assert "1 captions in Deutsch are there." in page
    transcript = film.transcripts.get()
    assert (transcript.language, transcript.current.author) == ("de", editor)
    assert transcript.current.cues == [{"start": 1.0, "end": 2.0, "text": "Hallo du"}]


def test_a_file_from_before_unicode_is_read_by_its_language_and_its_beginning_shown(
    as_, editor, film
):
    data = f"1\n00:01 --> 00:02\nПривет, <b>{'мир ' * 40}\n".encode("cp1251")
    page = upload(as_(editor), film, data, language="ru", name="mine.srt").content.decode()
    assert "They begin: “Привет, мир мир" in page
    assert film.transcripts.get().current.cues[0]["text"].startswith("Привет, мир")


def test_captions_are_uploaded_in_every_language_that_transcribers_know(as_, editor, film):
    page = as_(editor).get(at("words", film)).content.decode()
    field = page.partition('id="words-language"')[2].partition("</select>")[0]
    offered = re.findall(r'<option value="([\w-]+)"', field)
    assert len(offered) == len(set(offered))
    assert {*TAGS.values(), *REGIONAL} == set(offered)
    for tag, name in [("yo", "Yorùbá"), ("es-419", "Español (Latinoamérica)")]:
        said = upload(as_(editor), film, VTT, language=tag).content.decode()
        assert f"1 captions in {name} are there." in said
    assert set(film.transcripts.values_list("language", flat=True)) == {"yo", "es-419"}


def test_a_file_that_cannot_be_read_is_refused_by_its_line(as_, editor, film):
    data = b"1\n00:01,000 --> nearly\nHello\n"
    page = upload(as_(editor), film, data, name="bad.srt").content.decode()
    assert "bad.srt" in page
    assert "Line 2:" in page
    assert not film.transcripts.exists()


@pytest.mark.parametrize(
    "ending, first",
    [("vtt", "WEBVTT"), ("srt", "1"), ("txt", "Write that sentense now. Then stop.")],
)
def test_captions_are_downloaded(as_, editor, film, version, ending, first):
    answer = as_(editor).get(at("words_download", film, "en", ending))
    assert answer.content.decode().splitlines()[0] == first
    assert answer["Content-Disposition"] == f'attachment; filename="A film.en.{ending}"'


def test_a_draft_is_kept_and_shown_again_and_saving_makes_a_version(as_, editor, film, version):
    client, url = as_(editor), at("words_save", film, "en")
    mine = [{**CUES[0], "text": "Write that sentence now."}, CUES[1]]
    assert send(client, url, base=version.pk, cues=mine, draft=True).status_code == 200
    assert film.transcripts.get().current_id == version.pk
    page = client.get(at("words_edit", film, "en"))
    assert page.context["config"]["cues"][0]["text"] == "Write that sentence now."
    answer = send(client, url, base=version.pk, cues=mine).json()
    assert answer["number"] == 2
    transcript = film.transcripts.get()
    assert (transcript.current_id, transcript.drafts.count()) == (answer["base"], 0)
    assert transcript.current.origin == TranscriptVersion.Origin.EDITED
    assert [word[2] for word in transcript.current.cues[0]["words"]] == [
        "Write", "that", "sentence", "now.",
    ]  # fmt: skip


def test_who_saves_second_is_told_and_may_save_over(as_, editor, boss, film, version):
    url = at("words_save", film, "en")
    theirs = send(as_(boss), url, base=version.pk, cues=CUES[:1]).json()
    answer = send(as_(editor), url, base=version.pk, cues=CUES[1:])
    assert (answer.status_code, answer.json()["current"]) == (409, theirs["base"])
    assert answer.json()["look"] == at("words_version", film, "en", 2)
    assert film.transcripts.get().current.cues[0]["text"] == CUES[0]["text"]
    again = send(as_(editor), url, base=answer.json()["current"], cues=CUES[1:])
    assert (again.status_code, again.json()["number"]) == (200, 3)


@pytest.mark.parametrize(
    "body", [{}, {"base": "x", "cues": []}, {"base": 1, "cues": [{"start": 2}]}]
)
def test_what_cannot_be_read_changes_nothing(as_, editor, film, version, body):
    body = {**body, "base": version.pk} if body.get("base") == 1 else body
    answer = send(as_(editor), at("words_save", film, "en"), **body)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert film.transcripts.get().current_id == version.pk


def test_an_earlier_version_comes_back(as_, editor, film, version):
    write(film, CUES[:1])
    as_(editor).post(at("words_restore", film, "en", 1))
    current = film.transcripts.get().current
    assert (current.number, current.cues) == (3, version.cues)


def test_a_version_is_read_before_it_comes_back_and_the_draft_stays(as_, editor, film, version):
    second = write(film, CUES[:1])
    client = as_(editor)
    mine = [{"start": 0, "end": 1, "text": "Mine."}]
    send(client, at("words_save", film, "en"), base=second.pk, edition=0, cues=mine, draft=True)
    beside = client.get(at("words_edit", film, "en")).content.decode()
    assert at("words_version", film, "en", 1) in beside
    assert at("words_restore", film, "en", 1) not in beside
    page = client.get(at("words_version", film, "en", 1)).content.decode()
    assert "Then stop." in page
    assert "is kept there as a version of its own" in page
    assert at("words_restore", film, "en", 1) in page
    client.post(at("words_restore", film, "en", 1))
    versions = film.transcripts.get().versions
    assert versions.get(number=3).cues == mine
    assert versions.get(number=4).cues == version.cues
    assert client.get(at("words_version", film, "en", 9)).status_code == 404


def test_theirs_are_read_beside_the_draft_where_they_differ(as_, editor, film, version):
    client, save = as_(editor), at("words_save", film, "en")
    ends = {"start": 9, "end": 10, "text": "The end."}
    mine = [{**CUES[0], "text": "Write mine."}, {**CUES[1], "flags": []}, ends]
    send(client, save, base=version.pk, edition=0, cues=mine, draft=True)
    write(film, [{**CUES[0], "text": "Write theirs."}, CUES[1]])
    edit, theirs = at("words_edit", film, "en"), at("words_version", film, "en", 2)
    note, _between, history = client.get(edit).content.decode().partition("caption-editor__side")
    assert (theirs in note, theirs in history) == (True, True)
    page = client.get(theirs)
    same = {"at": "0:02.00", "text": "Then stop."}
    changed = {
        "is_different": True,
        "here": [{"at": "0:00.00", "text": "Write theirs."}],
        "mine": [{"at": "0:00.00", "text": "Write mine."}],
    }
    added = {"is_different": True, "here": [], "mine": [{"at": "0:09.00", "text": "The end."}]}
    assert page.context["lines"] == [changed, same, added]
    assert "differs in 2 places" in page.content.decode()
    assert "Nothing stands here." in page.content.decode()
    assert "differs" not in client.get(at("words_version", film, "en", 1)).content.decode()
    client.post(at("words_discard", film, "en"))
    assert "Your draft" not in client.get(theirs).content.decode()


def test_history_is_paged_and_costs_the_same(
    as_, editor, film, version, django_assert_max_num_queries
):
    for _number in range(30):
        write(film)
    client, url = as_(editor), at("words_versions", film, "en")
    assert at("words_versions", film, "en") in client.get(
        at("words_edit", film, "en")
    ).content.decode()  # fmt: skip
    client.get(url)
    with django_assert_max_num_queries(20):
        first = client.get(url).content.decode()
    assert "Version 31" in first
    assert "Version 2<" not in first
    assert "Version 2<" in client.get(url, {"p": 2}).content.decode()


def test_who_saves_over_a_cut_is_told_of_it_and_reloads(as_, editor, film, version):
    type(film).objects.filter(pk=film.pk).update(edition=1)
    answer = send(as_(editor), at("words_save", film, "en"), base=version.pk, edition=0, cues=CUES)
    assert (answer.status_code, answer.json()["reload"]) == (409, True)
    assert "was cut or replaced meanwhile" in answer.json()["message"]
    assert as_(editor).get(at("words_edit", film, "en")).context["config"]["edition"] == 1


def test_a_draft_is_discarded(as_, editor, film, version):
    client = as_(editor)
    send(client, at("words_save", film, "en"), base=version.pk, cues=CUES[:1], draft=True)
    client.post(at("words_discard", film, "en"))
    assert not client.get(at("words_edit", film, "en")).context["config"]["isDraft"]


def test_a_language_is_taken_back_and_deleted(as_, editor, film, version):
    client, url = as_(editor), at("words_change", film, "en")
    for verb, captions in (("unpublish", []), ("publish", ["en"]), ("delete", [])):
        client.post(url, {"verb": verb})
        film.refresh_from_db()
        assert film.tracks["captions"] == captions
    assert client.post(url, {"verb": "default"}).status_code == 404


def test_words_are_written_on_request_and_a_failure_is_told(as_, editor, film, site):
    client = as_(editor)
    page = client.post(at("words_hear", film), {"language": "de"}, follow=True).content.decode()
    assert "has no sound to listen to" in page
    Job.objects.create(
        kind="media.transcribe", queue="speech", site=site, subject=f"asset:{film.pk}",
        state="failed", error="The line broke.",
    )  # fmt: skip
    assert "The line broke." in client.get(at("words", film)).content.decode()


@pytest.mark.parametrize(
    "name, more",
    [
        ("words", ()),
        ("words_edit", ("en",)),
        ("words_versions", ("en",)),
        ("words_version", ("en", 1)),
        ("chapters", ()),
    ],
)
def test_strangers_and_who_only_uploads_change_nothing(
    as_, stranger, author, film, version, name, more
):
    for person in (stranger, author):
        assert as_(person).get(at(name, film, *more)).status_code in {302, 403, 404}


@pytest.mark.parametrize(
    "name, more",
    [
        ("words_save", ("en",)),
        ("words_upload", ()),
        ("words_change", ("en",)),
        ("words_restore", ("en", 1)),
        ("chapters", ()),
    ],
)
def test_strangers_write_nothing(as_, stranger, film, version, name, more):
    answer = as_(stranger).post(at(name, film, *more), {"verb": "delete", "language": "en"})
    assert answer.status_code in {302, 403, 404}
    assert film.transcripts.get().versions.count() == 1


def test_the_editor_asks_a_fixed_number_of_queries(
    as_, editor, film, version, django_assert_max_num_queries
):
    client, url = as_(editor), at("words", film)
    for tag in ("de", "fr", "es"):
        services.write(asset=film, language=tag, cues=CUES, origin="uploaded", author=editor)
    client.get(url)
    with django_assert_max_num_queries(30):
        client.get(url)
