"""A member's own notes, marks and completions over JSON and plain forms."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction

from core.progress import services
from core.progress.models import Bookmark, Completion, Note

JSON = "application/json"


@pytest.fixture
def signed_in(member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def note_url(lesson) -> str:
    return f"/api/pages/{lesson.pk}/note"


def test_a_note_is_read_saved_and_read_again(signed_in, note_url):
    assert signed_in.get(note_url).json()["version"] == 0
    saved = signed_in.put(note_url, {"text": "**a**", "base_version": 0}, JSON)
    assert (saved.status_code, saved.json()["html"]) == (200, "<p><strong>a</strong></p>\n")
    assert signed_in.get(note_url).json()["text"] == "**a**"


def test_a_stale_save_gets_what_stands_there(signed_in, note_url):
    signed_in.put(note_url, {"text": "phone", "base_version": 0}, JSON)
    stale = signed_in.put(note_url, {"text": "laptop", "base_version": 0}, JSON)
    assert stale.status_code == 409
    assert stale.json()["current"]["text"] == "phone"
    assert Note.objects.get().text == "phone"


def test_a_note_is_its_writers_alone(signed_in, note_url, other, lesson):
    services.save_note(member=other, page=lesson, text="theirs", base_version=0)
    assert signed_in.get(note_url).json()["text"] == ""
    signed_in.put(note_url, {"text": "mine", "base_version": 0}, JSON)
    assert Note.objects.get(member=other).text == "theirs"


def test_what_a_row_holds_is_sanitised_again(signed_in, note_url, member, lesson):
    Note.objects.create(member=member, page=lesson, html="<script>x</script><p>y</p>")
    assert signed_in.get(note_url).json()["html"] == "<p>y</p>"


def test_a_preview_is_harmless_and_kept_nowhere(signed_in):
    answer = signed_in.post("/api/notes/preview", {"text": "*a* <script>"}, JSON)
    assert answer.json() == {"html": "<p><em>a</em> &lt;script&gt;</p>\n"}
    assert not Note.objects.exists()


def test_previews_are_counted(signed_in):
    last = [
        signed_in.post("/api/notes/preview", {"text": "a"}, JSON).status_code for _n in range(121)
    ]
    assert (last[119], last[120]) == (200, 429)


def test_marks_are_made_listed_and_removed(signed_in, lesson, other):
    url = f"/api/pages/{lesson.pk}/bookmarks"
    made = signed_in.post(url, {"second": 12, "label": "here"}, JSON)
    assert made.status_code == 201
    services.add_bookmark(member=other, page=lesson)
    assert signed_in.get(url).json() == [made.json()]
    assert signed_in.delete(f"/api/bookmarks/{made.json()['id']}").status_code == 204
    theirs = Bookmark.objects.get()
    assert signed_in.delete(f"/api/bookmarks/{theirs.pk}").status_code == 404


def test_a_member_completes_a_page(signed_in, lesson):
    answer = signed_in.post(f"/api/pages/{lesson.pk}/complete")
    assert answer.json()["completed_at"]
    assert signed_in.get(f"/api/pages/{lesson.pk}/progress").json() == answer.json()


def test_a_page_a_member_may_not_see_is_not_there(signed_in, lesson, note_url):
    PageViewRestriction.objects.create(page=lesson, restriction_type="groups")
    assert signed_in.get(note_url).status_code == 404
    assert signed_in.post(f"/api/pages/{lesson.pk}/complete").status_code == 404
    assert signed_in.post(f"/progress/{lesson.pk}/note/", {"text": "x"}).status_code == 404
    assert not Completion.objects.exists()


def test_a_stranger_is_refused(client, note_url):
    assert client.get(note_url).status_code == 401


def test_without_its_csrf_token_a_write_is_refused(member, note_url):
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    assert client.put(note_url, {"text": "x"}, JSON).status_code == 403


def test_plain_forms_do_the_same(signed_in, lesson, member):
    url = f"/progress/{lesson.pk}"
    signed_in.post(f"{url}/note/", {"text": "one\r\ntwo", "base_version": "0"})
    signed_in.post(f"{url}/note/", {"text": "three", "base_version": "0"})
    assert Note.objects.get().text == "one\ntwo\n\n---\n\nthree"
    signed_in.post(f"{url}/bookmark/", {"second": "5", "label": "five"})
    mark = Bookmark.objects.get(second=5, member=member)
    signed_in.post(f"/progress/bookmarks/{mark.pk}/remove/")
    assert not Bookmark.objects.exists()
    answer = signed_in.post(f"{url}/complete/")
    assert (answer.status_code, answer.url) == (302, lesson.url)
    assert Completion.objects.get().cause == "marked"


def test_a_form_leads_only_to_our_own_pages(signed_in, lesson):
    url = f"/progress/{lesson.pk}/complete/"
    assert signed_in.post(url, {"next": "/dashboard/"}).url == "/dashboard/"
    assert signed_in.post(url, {"next": "//evil.example/"}).url == lesson.url


def test_a_wrong_form_is_answered_in_words(signed_in, lesson):
    answer = signed_in.post(f"/progress/{lesson.pk}/bookmark/", {"second": "-4"})
    assert answer.status_code == 400
    assert b"greater than or equal to 0" in answer.content


def test_notes_leave_as_a_file(signed_in, member, lesson):
    services.save_note(member=member, page=lesson, text="mine", base_version=0)
    answer = signed_in.get("/progress/notes.md")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="notes.md"'
    assert answer.content == b"# Lesson 0\n\nmine\n"
