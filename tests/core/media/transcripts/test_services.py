"""Versions, drafts, languages, and what is told when words change."""

from __future__ import annotations

import pytest

from core.jobs.models import Job
from core.media.chapters.services import replace_chapters
from core.media.errors import BadChapters, BadCues, Outdated
from core.media.transcripts import services
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.queries import published_cues
from tests.core.contract.conftest import garden

__all__ = ["garden"]

Origin = TranscriptVersion.Origin
CUES = [
    {"start": 0, "end": 2, "text": "Write that sentence now."},
    {"start": 2.5, "end": 4, "text": "Then stop."},
]


def write(asset, cues=None, language="en", origin=Origin.UPLOADED, **more):
    cues = CUES if cues is None else cues
    return services.write(asset=asset, language=language, cues=cues, origin=origin, **more)


def told(hook, plugin):
    jobs = Job.objects.filter(kind="contract.tell", payload__hook=hook, payload__plugin=plugin)
    return [job.payload["arguments"] for job in jobs]


def test_the_first_transcript_is_published_and_the_default(asset):
    version = write(asset)
    assert (version.number, version.transcript.current_id) == (1, version.pk)
    asset.refresh_from_db()
    assert asset.tracks == {"captions": ["en"], "chapters": False}
    assert asset.transcripts.get().is_default


def test_a_version_is_never_changed_and_the_newest_counts(asset):
    first = write(asset)
    second = write(asset, [{"start": 0, "end": 1, "text": "Other words."}])
    assert [row.number for row in asset.transcripts.get().versions.all()] == [2, 1]
    assert published_cues(asset.pk)[1] == second.cues
    first.refresh_from_db()
    assert first.cues == CUES


def test_who_started_from_an_older_version_overwrites_nothing(asset, member):
    first = write(asset)
    theirs = write(asset, author=member, base=first.pk)
    with pytest.raises(Outdated, match=str(member)):
        write(asset, [], base=first.pk)
    assert asset.transcripts.get().current_id == theirs.pk


def test_an_earlier_version_comes_back_as_a_new_one(asset, member):
    first = write(asset)
    write(asset, [])
    again = services.restore(first, author=member)
    assert (again.number, again.origin, again.cues) == (3, Origin.RESTORED, CUES)
    assert again.note == "Version 1"


def test_each_editor_has_a_draft_and_saving_ends_it(asset, member, boss):
    version = write(asset)
    transcript = version.transcript
    for who in (member, boss):
        services.keep_draft(transcript=transcript, author=who, base=version.pk, cues=CUES[:1])
    services.keep_draft(transcript=transcript, author=member, base=version.pk, cues=[])
    assert transcript.drafts.count() == 2
    write(asset, CUES[:1], author=member, base=version.pk)
    assert [draft.author for draft in transcript.drafts.all()] == [boss]
    services.drop_draft(transcript=transcript, author=boss)
    assert not transcript.drafts.exists()


def test_a_draft_becomes_a_version_before_another_comes_back(asset, member):
    first = write(asset)
    second = write(asset, CUES[:1])
    services.keep_draft(transcript=first.transcript, author=member, base=second.pk, cues=CUES[1:])
    again = services.restore(first, author=member)
    kept = asset.transcripts.get().versions.get(number=3)
    assert (kept.origin, kept.author, kept.cues) == (Origin.DRAFT, member, CUES[1:])
    assert (again.number, again.transcript.current_id) == (4, again.pk)
    assert not first.transcript.drafts.exists()


def test_a_draft_in_which_nothing_was_changed_becomes_no_version(asset, member):
    first = write(asset)
    services.keep_draft(transcript=first.transcript, author=member, base=first.pk, cues=CUES)
    assert write(asset, CUES[:1], author=member).number == 2


def test_what_is_taken_back_is_no_track_any_more(asset):
    version = write(asset)
    write(asset, language="pt-br")
    services.publish(version.transcript, is_published=False)
    asset.refresh_from_db()
    assert asset.tracks["captions"] == ["pt-BR"]
    services.publish(version.transcript, is_published=True)
    asset.refresh_from_db()
    assert asset.tracks["captions"] == ["en", "pt-BR"]


def test_one_language_is_the_default_and_its_heir_follows(asset):
    english, german = (write(asset, language=tag).transcript for tag in ("en", "de"))
    services.make_default(german)
    asset.refresh_from_db()
    assert asset.tracks["captions"] == ["de", "en"]
    services.delete(german)
    english.refresh_from_db()
    assert english.is_default
    assert asset.transcripts.count() == 1


LISTENS = """
@hookimpl
def transcript_ready(asset_id, site_id, language): ...
"""


def test_listeners_hear_that_words_have_changed(garden, asset):
    garden.plant("hears", LISTENS)
    transcript = write(asset).transcript
    services.publish(transcript, is_published=False)
    expected = {"asset_id": str(asset.pk), "site_id": asset.site_id, "language": "en"}
    assert told("transcript_ready", "hears") == [expected, expected]


@pytest.mark.parametrize(
    "cue, words",
    [
        ({"start": 2, "end": 1, "text": "x"}, "Caption 1 ends before it begins"),
        ({"start": float("nan"), "end": 1, "text": "x"}, "Caption 1 ends before it begins"),
        ({"start": 0, "end": 1}, "Caption 1 cannot be read"),
        ("words", "Caption 1 cannot be read"),
        ({"start": 0, "end": 1, "text": "x" * 3000}, "Split it"),
    ],
)
def test_what_are_no_captions_is_refused_by_number(asset, cue, words):
    with pytest.raises(BadCues, match=words):
        write(asset, [cue])
    assert not asset.transcripts.exists()


def test_no_language_is_refused(asset):
    with pytest.raises(BadCues, match=r"\.\./etc"):
        write(asset, language="../etc")


def test_unseen_letters_are_taken_out_and_what_looks_like_a_tag_stays(asset):
    text = "Write <b>,  if a<b and c>d,\u202ethat\x00\r\n\r\n now"
    words = [[0, 1, "<b>,\u202e", 1]]
    version = write(asset, [{"start": 0, "end": 1, "text": text, "words": words}])
    assert version.cues[0]["text"] == "Write <b>, if a<b and c>d,that\nnow"
    assert version.cues[0]["words"][1][2] == "<b>,"


def test_chapters_are_replaced_together_and_in_order(asset):
    replace_chapters(asset=asset, chapters=[(30, "Second"), (0, "First")])
    assert [row.title for row in asset.chapters.all()] == ["First", "Second"]
    asset.refresh_from_db()
    assert asset.tracks["chapters"]
    replace_chapters(asset=asset, chapters=[], base=[(0, "First"), (30, "Second")])
    assert not asset.tracks["chapters"]


def test_chapters_somebody_changed_meanwhile_stay(asset):
    replace_chapters(asset=asset, chapters=[(0, "Theirs")])
    with pytest.raises(Outdated):
        replace_chapters(asset=asset, chapters=[(0, "Mine")], base=[])
    assert asset.chapters.get().title == "Theirs"


def test_a_chapter_after_the_end_is_refused_but_never_what_stood_there(asset):
    asset.chapters.create(start=70, title="Left over")
    type(asset).objects.filter(pk=asset.pk).update(duration=60.0)
    left = [(70, "Left over")]
    with pytest.raises(BadChapters, match="“Left over” begins after the end"):
        replace_chapters(asset=asset, chapters=[(0, "First"), *left], base=left)
    replace_chapters(asset=asset, chapters=[(0, "First")], base=left)
    assert asset.chapters.get().title == "First"


@pytest.mark.parametrize("chapters", [[(0, "")], [(1, "a"), (1, "b")], [(-1, "a")]])
def test_chapters_that_cannot_be_are_refused(asset, chapters):
    with pytest.raises(BadChapters):
        replace_chapters(asset=asset, chapters=chapters)
