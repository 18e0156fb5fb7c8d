"""Drafts of captions move with a cut, and earlier versions come back in the seconds that play."""

from __future__ import annotations

import pytest

from core.media.editing.models import Dropped
from core.media.errors import Moved, Outdated
from core.media.transcripts import services
from core.media.transcripts.models import TranscriptVersion
from tests.factories import make_member

from .test_passage import ONCE, back_to, cut, film

__all__ = ["film"]

pytestmark = pytest.mark.django_db

CUES = [{"start": start, "end": start + 2.0, "text": text} for start, text in
        ((1.0, "One"), (7.0, "Two"), (20.0, "Three"))]  # fmt: skip
MINE = [{**cue, "text": f"{cue['text']}."} for cue in CUES]
MOVED = [MINE[0], {"start": 10.0, "end": 12.0, "text": "Three."}]


@pytest.fixture
def transcript(film):
    origin = TranscriptVersion.Origin.UPLOADED
    return services.write(asset=film, language="en", cues=CUES, origin=origin).transcript


def draft_of(transcript, author, cues=MINE, **more):
    base = more.pop("base", transcript.current_id)
    return services.keep_draft(transcript=transcript, author=author, base=base, cues=cues, **more)


def test_a_draft_moves_and_goes_on_from_what_moved(film, transcript):
    author = make_member()
    draft_of(transcript, author)
    cut(film, ONCE)
    transcript.refresh_from_db()
    draft = transcript.drafts.get()
    assert (draft.cues, draft.base_id) == (MOVED, transcript.current_id)
    back_to(film, 0)
    assert transcript.drafts.get().cues == MINE
    assert not Dropped.objects.exists()


def test_who_typed_on_over_a_cut_is_told_of_it_and_their_text_moves(film, transcript):
    author, base = make_member(), transcript.current_id
    cut(film, ONCE)
    film.refresh_from_db()
    with pytest.raises(Moved, match="cut or replaced meanwhile"):
        services.write(
            asset=film, language="en", cues=MINE, author=author, base=base, edition=0,
            origin=TranscriptVersion.Origin.EDITED,
        )  # fmt: skip
    draft = draft_of(transcript, author, base=base, edition=0)
    transcript.refresh_from_db()
    assert (draft.cues, draft.base_id) == (MOVED, transcript.current_id)
    assert services.write(
        asset=film, language="en", cues=draft.cues, author=author, base=draft.base_id,
        edition=film.edition, origin=TranscriptVersion.Origin.EDITED,
    ).cues == MOVED  # fmt: skip


def test_what_somebody_saved_before_the_cut_is_still_in_the_way(film, transcript):
    author, base = make_member(), transcript.current_id
    draft_of(transcript, author)
    services.write(
        asset=film, language="en", cues=CUES[:2], author=make_member(), base=base,
        origin=TranscriptVersion.Origin.EDITED,
    )  # fmt: skip
    cut(film, ONCE)
    draft = transcript.drafts.get()
    assert (draft.cues, draft.base_id) == (MOVED, base)
    film.refresh_from_db()
    with pytest.raises(Outdated, match="saved meanwhile"):
        services.write(
            asset=film, language="en", cues=draft.cues, author=author, base=base,
            edition=film.edition, origin=TranscriptVersion.Origin.EDITED,
        )  # fmt: skip


def test_an_earlier_version_comes_back_in_the_seconds_that_play(film, transcript):
    first = transcript.versions.get()
    cut(film, ONCE)
    again = services.restore(first, author=make_member())
    assert [(cue["start"], cue["text"]) for cue in again.cues] == [(1.0, "One"), (10.0, "Three")]
