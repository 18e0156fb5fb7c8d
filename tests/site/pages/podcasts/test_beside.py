"""What comes with an import beside the sounds: pictures, people, chapters, captions, once each."""

import json
from uuid import UUID

import pytest
from django.contrib.auth.models import Group
from PIL import Image as Picture
from wagtail.images import get_image_model

from core.jobs.models import Job
from core.media.chapters.queries import chapters_of
from core.media.chapters.services import replace_chapters
from core.media.models import Asset
from core.media.transcripts.models import Transcript, TranscriptVersion
from core.media.transcripts.queries import published_cues
from core.media.transcripts.services import delete
from pages.models import Arrival, Episode, Lesson, Podcast
from pages.podcasts import artwork, outcomes
from pages.podcasts.notes import persons_of
from tests.factories import add_page, fresh, make_member, make_program, the_site
from tests.site.admin.conftest import editing

from .elsewhere import MARKS, PODLOVE, VTT, picture, somewhere, tag

pytestmark = pytest.mark.django_db(transaction=True)
GUID = "917393e3-1b1e-5cef-ace4-edaa54e1f810"


@pytest.fixture
def there(settings, tmp_path):
    settings.FETCH_FROM_PRIVATE = ["127.0.0.1/32"]
    settings.MEDIA_ROOT = tmp_path / "media"
    with somewhere() as found:
        yield found


@pytest.fixture
def show(transactional_db):
    return add_page(the_site().root_page, Podcast(title="Moved here"))


@pytest.fixture
def boss(transactional_db):
    return make_member(is_staff=True, is_superuser=True)


def shown(client, boss, show, path=""):
    client.force_login(boss)
    return client.get(f"/admin/podcast-import/{show.pk}/{path}").content.decode()


def images():
    return get_image_model().objects.all()


def missed(guid):
    return Arrival.objects.get(guid=guid).missed


def test_all_that_stands_beside_a_sound_comes_with_it(there, show, boss):
    there.feed(there.whole())
    there.bring_in(show, boss)
    one = Episode.objects.get()
    assert (one.season, one.number, one.kind, one.is_explicit) == (2, 7, "bonus", True)
    assert list(persons_of(one.persons)) == [
        ("Ida Holm", "guest", "https://ida.example/"),
        ("Ben Okoro", "producer", ""),
    ]
    assert (one.artwork.width, one.artwork.height, one.artwork.title) == (1500, 1500, "Morning 1")
    assert chapters_of(one.media_id) == [(0.0, "The kettle"), (5.0, "The cup")]
    assert one.media.tracks == {"captions": ["en", "de", "fr"], "chapters": True}
    assert published_cues(one.media_id, "en")[1] == [
        {"start": 1.0, "end": 3.0, "text": "The kettle sings."}
    ]
    assert published_cues(one.media_id, "de")[1][0]["text"] == "Der Kessel singt."
    french = published_cues(one.media_id, "fr")[1]
    assert [cue["text"] for cue in french] == ["La bouilloire chante.", "Oui."]
    came = Arrival.objects.get(guid="morning-1")
    assert came.taken == {
        "artwork": 1, "persons": 2, "chapters": 2,
        "transcript:en": 1, "transcript:de": 1, "transcript:fr": 1,
    }  # fmt: skip
    assert (came.missed, came.page_id) == ({}, one.pk)
    assert one.get_latest_revision_as_object().artwork_id == one.artwork_id


def of_the_show(there):
    there.files["/show.png"] = picture("navy", (3100, 3100))
    return "".join([
        tag("itunes:image", href=f"{there.base}/show.png"), tag("language", "de-de"),
        tag("itunes:author", "Ida"), tag("itunes:explicit", "true"), tag("itunes:type", "Serial"),
        '<itunes:category text="Health &amp; Fitness"><itunes:category text="Nutrition"/>'
        "</itunes:category>",
        tag("podcast:guid", GUID), tag("podcast:locked", "no", owner="ida@show.example"),
        tag("podcast:person", "Ida", role="Host"), tag("podcast:person", "Kim", role="Designer"),
    ])  # fmt: skip


def test_a_new_show_is_what_its_feed_says(there, show, boss, client):
    there.feed(
        tag("itunes:image", href=f"{there.base}/show.png") + tag("itunes:author", "Ben"),
        tag("itunes:author", "Ida"),
        channel=of_the_show(there),
    )
    there.bring_in(show, boss)
    show = fresh(show)
    assert (show.language, show.category, show.kind, show.is_explicit, show.guid) == (
        "de-DE", "Health & Fitness: Nutrition", "serial", True, UUID(GUID),
    )  # fmt: skip
    assert (show.summary, show.author) == ("Waking up in no hurry.", "Ida")
    assert show.owner_email == "ida@show.example"
    assert list(persons_of(show.persons)) == [("Ida", "host", "")]
    assert (show.artwork.width, show.artwork.file.name[-4:]) == (3000, ".jpg")
    with show.artwork.open_file() as file, Picture.open(file) as drawn:
        assert drawn.format == "JPEG"
    assert show.get_latest_revision_as_object().language == "de-DE"
    assert show.imported_from == f"{there.base}/feed.xml"
    first, second = Episode.objects.order_by("number")
    assert first.artwork is None  # it is the show's own
    assert [name for name, *_ in persons_of(first.persons)] == ["Ben"]
    assert len(second.persons) == 0
    html = shown(client, boss, show)
    for label in ("artwork", "category", "not for children", "number in directories"):
        assert label in html
    assert "No role here fits Kim (Designer)." in html


@pytest.mark.parametrize("kind", ["episode", "lesson"])
def test_a_show_that_is_heard_stays_itself(there, boss, kind):
    there.feed("", channel=of_the_show(there))
    settled = add_page(the_site().root_page, Podcast(title="Settled"))
    if kind == "episode":
        add_page(settled, Episode(title="Own"))
    else:
        Lesson.objects.filter(pk=make_program().get_descendants().last().pk).update(show=settled)
    own = settled.guid
    there.bring_in(settled, boss)
    settled = fresh(settled)
    assert (settled.language, settled.kind, settled.guid) == ("en", "episodic", own)
    assert settled.author == "Ida"


def test_what_an_editor_wrote_stays(there, show, boss):
    show.author, show.category = "Mara", "History"
    show.save_revision().publish()
    there.feed("", channel=of_the_show(there))
    there.bring_in(show, boss)
    show = fresh(show)
    assert (show.author, show.category, show.language) == ("Mara", "History", "de-DE")
    assert Arrival.objects.get(guid="").taken["category"] == 0


def test_two_shows_of_one_feed_are_two_in_directories(there, show, boss):
    there.feed("", channel=of_the_show(there))
    there.bring_in(show, boss)
    other = add_page(the_site().root_page, Podcast(title="Once more"))
    there.bring_in(other, boss)
    assert (fresh(show).guid == UUID(GUID), fresh(other).guid == UUID(GUID)) == (True, False)
    assert Arrival.objects.get(show=other, guid="").missed["guid"]


BROKEN = {
    "itunes:image": "artwork",
    "podcast:chapters": "chapters",
    "podcast:transcript": "transcript:en",
}


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("{}/none.png", "404"),
        ("{}/text.png", "This is not a picture|no chapters|no captions"),
        ("{}/half.png", "This is not a picture|no chapters|is no time|no captions"),
        ("http://169.254.169.254/latest/", "no public web address"),
        ("file:///etc/passwd", "no public web address"),
        ("{}/huge.png", "too large"),
    ],
)
def test_what_cannot_be_had_fails_nothing_and_is_told(
    there, show, boss, client, monkeypatch, url, why
):
    there.files |= {
        "/text.png": b"no picture",
        "/half.png": picture()[:900],
        "/huge.png": b"x" * 9000,
    }
    for name in ("artwork.LARGEST", "taking.CHAPTER_BYTES", "taking.WORDS_BYTES"):
        monkeypatch.setattr(f"pages.podcasts.{name}", 8000)
    url = url.format(there.base)
    beside = [
        tag("itunes:image", href=url),
        tag("podcast:chapters", url=url, type="application/json+chapters"),
        tag("podcast:transcript", url=url, type="application/json", language="en"),
    ]
    there.feed("".join(beside))
    there.bring_in(show, boss)
    one = Episode.objects.get()
    assert (one.live, one.artwork, one.media.tracks) == (True, None, {})
    assert set(missed("morning-1")) == set(BROKEN.values())
    for words in missed("morning-1").values():
        assert any(part in words for part in why.split("|")), words
    html = shown(client, boss, show)
    assert "Not taken: artwork." in html
    assert "Not taken: captions (English)." in html
    assert "One item lacks something." in html
    assert not Job.objects.filter(state=Job.State.FAILED).exists()
    assert not images().exists()


def test_chapters_in_the_feed_stand_in_for_a_file_that_is_gone(there, show, boss):
    gone = tag("podcast:chapters", url=f"{there.base}/gone.json")
    there.feed(PODLOVE, gone + PODLOVE, tag("podcast:transcript", url="x", type="text/plain"))
    there.bring_in(show, boss)
    for one in Episode.objects.filter(number__lt=3):
        assert chapters_of(one.media_id) == [(0.0, "Water"), (6.5, "Leaves")]
        assert missed(one.guid) == {}
    assert "this is text/plain" in missed("morning-3")["transcript"]


def test_one_picture_of_many_episodes_is_kept_once_where_its_editor_works(there, show):
    editor = editing(the_site().root_page, "Editor")
    editor.groups.add(Group.objects.create(name="Listeners"))
    there.files["/cover.png"] = picture()
    image = tag("itunes:image", href=f"{there.base}/cover.png")
    there.feed(image, image, image)
    there.bring_in(show, editor)
    assert images().count() == 1
    assert {one.artwork_id for one in Episode.objects.all()} == {images().get().pk}
    assert images().get().uploaded_by_user == editor


def counts():
    return (
        images().count(),
        Episode.objects.count(),
        Asset.objects.count(),
        TranscriptVersion.objects.count(),
        sum(page.revisions.count() for page in [*Podcast.objects.all(), *Episode.objects.all()]),
        Arrival.objects.count(),
    )


def test_a_second_import_adds_nothing_and_leaves_what_was_edited(there, show, boss):
    there.feed(there.whole(), channel=of_the_show(there))
    there.bring_in(show, boss)
    before, asked = counts(), len(there.asked)
    there.bring_in(show, boss)
    assert counts() == before
    assert there.asked[asked:] == ["/feed.xml"]  # nothing is even fetched

    show, one = fresh(show), Episode.objects.get()
    show.language, show.artwork, show.is_explicit = "en", None, False
    show.save_revision().publish()
    one.artwork, one.persons, one.title, one.is_explicit = None, [], "My words", False
    one.save_revision().publish()
    replace_chapters(asset=one.media, chapters=[])
    delete(Transcript.objects.get(language="en"))
    there.feed(there.whole(), channel=of_the_show(there))
    there.bring_in(show, boss)
    one, show = fresh(one), fresh(show)
    assert (one.artwork, len(one.persons), one.title, one.is_explicit) == (
        None,
        0,
        "My words",
        False,
    )
    assert chapters_of(one.media_id) == []
    assert set(one.media.tracks["captions"]) == {"de", "fr"}
    assert (show.language, show.artwork, show.is_explicit) == ("en", None, False)


def test_what_was_missing_comes_once_it_is_there(there, show, boss):
    whole = there.whole()
    for path in ("/cover.png", "/marks.json", "/words.vtt"):
        del there.files[path]
    there.feed(whole)
    there.bring_in(show, boss)
    assert set(missed("morning-1")) == {"artwork", "chapters", "transcript:en"}
    one, first = Episode.objects.get(), Episode.objects.get().first_published_at
    there.whole()
    there.bring_in(show, boss)
    one = fresh(one)
    assert missed("morning-1") == {}
    assert (one.artwork.width, one.live, one.first_published_at) == (1500, True, first)
    assert len(chapters_of(one.media_id)) == 2
    assert set(one.media.tracks["captions"]) == {"en", "de", "fr"}
    assert [name for name, *_ in persons_of(one.persons)] == ["Ida Holm", "Ben Okoro"]


def brought_in_before(there, show, boss):
    """An episode as imports brought it when they took the sound alone."""
    there.feed("")
    there.bring_in(show, boss)
    Arrival.objects.all().delete()
    there.feed(there.whole())
    return Episode.objects.get()


def test_an_older_import_is_made_whole_but_for_what_stands_there(there, show, boss):
    one = brought_in_before(there, show, boss)
    replace_chapters(asset=one.media, chapters=[(1, "Mine")])
    one.persons = [("person", {"name": "Mine", "role": "host", "link": ""})]
    one.save_revision().publish()
    there.bring_in(show, boss)
    one = fresh(one)
    assert one.artwork is not None
    assert [name for name, *_ in persons_of(one.persons)] == ["Mine"]
    assert chapters_of(one.media_id) == [(1.0, "Mine")]
    assert set(one.media.tracks["captions"]) == {"en", "de", "fr"}
    kept = {name for name, many in Arrival.objects.get(guid=one.guid).taken.items() if not many}
    assert kept == {"persons", "chapters"}


def test_an_editors_draft_stays_a_draft(there, show, boss):
    one = brought_in_before(there, show, boss)
    one.title = "Not yet"
    one.save_revision()
    there.bring_in(show, boss)
    one = fresh(one)
    assert (one.title, one.artwork) == ("Morning 1", None)
    draft = one.get_latest_revision_as_object()
    assert (draft.title, draft.artwork is not None) == ("Not yet", True)


def test_seconds_of_a_recording_that_was_cut_are_not_the_feeds(there, show, boss):
    one = brought_in_before(there, show, boss)
    Asset.objects.filter(pk=one.media_id).update(edition=2)
    there.bring_in(show, boss)
    assert chapters_of(one.media_id) == []
    assert "was cut or replaced" in missed(one.guid)["chapters"]
    assert fresh(one).artwork is not None


def test_a_locked_feed_is_brought_in_once_somebody_answers_for_it(there, show, boss, client):
    there.feed("", channel=tag("podcast:locked", "yes", owner="ida@show.example"))
    there.bring_in(show, boss)
    html = shown(client, boss, show)
    assert "its owner, ida@show.example, lets no other place bring it in" in html
    assert "Nothing is missing" not in html
    assert (Episode.objects.count(), fresh(show).summary) == (0, "")

    address = f"{there.base}/feed.xml"
    client.post(f"/admin/podcast-import/{show.pk}/", {"url": address, "is_ours": "on"})
    answered = Job.objects.filter(kind=outcomes.READ).latest("pk")
    assert (answered.payload["is_ours"], answered.payload["member"]) == (True, boss.pk)
    there.bring_in(show, boss, is_ours=True)
    assert Episode.objects.count() == 1
    assert "consent of its owner" in shown(client, boss, show)

    there.feed("", "", channel=tag("podcast:locked", "yes", owner="ida@show.example"))
    there.bring_in(show, boss)  # it is asked for once
    assert Episode.objects.count() == 2
    there.feed("", "", "", channel=tag("podcast:locked", "yes", owner="kim@show.example"))
    there.bring_in(show, boss)
    assert Episode.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "owner", "many"), [("Yes", "", 0), ("yes", "OWN", 1), ("no", "ida@show.example", 1)]
)
def test_a_lock_keeps_out_others_than_its_owner(there, show, boss, said, owner, many):
    owner = owner.replace("OWN", boss.email.upper())
    there.feed("", channel=tag("podcast:locked", said, owner=owner))
    assert there.bring_in(show, boss).result.get("locked", False) is not bool(many)
    assert Episode.objects.count() == many


def test_one_outcome_and_many_cost_the_same_and_all_are_to_be_had(
    there, show, boss, client, django_assert_num_queries
):
    there.feed(there.whole())
    there.bring_in(show, boss)
    with django_assert_num_queries(4):
        outcomes.state_of(show)
    came = {"page": show, "taken": {"artwork": 1}}
    for n in range(60):
        Arrival.objects.create(show=show, guid=f"x{n}", title=f"Later {n}", **came)
    with django_assert_num_queries(4):
        state = outcomes.state_of(show)
    arrived = {"all": 62, "lacking": 0, "removed": 0}
    assert (state["arrived"], len(state["outcomes"])) == (arrived, 20)
    assert "All 62 items" in shown(client, boss, show)
    pages = [shown(client, boss, show, f"arrived/?p={n}") for n in (1, 2)]
    assert "Later 59" in pages[0]
    assert "chapters (2), captions (Deutsch), captions (English)" in pages[1]
    stranger = editing(add_page(fresh(the_site().root_page), Podcast(title="Theirs")), "Other")
    client.force_login(stranger)
    assert client.get(f"/admin/podcast-import/{show.pk}/arrived/").status_code == 404


def test_a_picture_is_drawn_anew(tmp_path, there):
    there.files["/wide.webp"] = picture("red", (3200, 800), "WEBP")
    drawn = artwork.fetch_artwork(f"{there.base}/wide.webp", tmp_path, lambda _done: None)
    with Picture.open(drawn) as found:
        assert (found.format, found.size) == ("JPEG", (3000, 750))


def test_marks_and_words_are_what_their_file_says(there, show, boss):
    there.files |= {"/m.json": json.dumps(MARKS).encode(), "/w.vtt": VTT}
    old = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
    there.feed(
        tag("podcast:chapters", url=f"{there.base}/m.json")
        + tag("podcast:transcript", url=f"{there.base}/w.vtt", type="text/vtt")
    )
    text = there.files["/feed.xml"].decode()
    there.files["/feed.xml"] = text.replace("https://podcastindex.org/namespace/1.0", old).encode()
    there.bring_in(show, boss)
    one = Episode.objects.get()
    assert len(chapters_of(one.media_id)) == 2
    words = Transcript.objects.get()
    assert (words.language, words.is_published) == ("und", False)  # nobody says in what language


def test_words_are_read_as_their_language_was_written(there, show, boss):
    there.files["/w.srt"] = "1\n00:01 --> 00:02\nПривет\n".encode("cp1251")
    facts = {"url": f"{there.base}/w.srt", "type": "application/srt", "language": "ru"}
    there.feed(tag("podcast:transcript", **facts))
    there.bring_in(show, boss)
    language, cues = published_cues(Episode.objects.get().media_id)
    assert (language, cues[0]["text"]) == ("ru", "Привет")
