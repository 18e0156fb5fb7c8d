"""The door ``media.transcribe``: real sounds, a planted transcriber, and the offline one."""

from __future__ import annotations

import sys

import pytest
from django.utils.timezone import now

from core.contract.testing.transcriber import word_errors
from core.contract.testing.voice import speak
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.editing import services as editing
from core.media.editing.models import Edition
from core.media.editing.queries import playing
from core.media.errors import NoTranscriber
from core.media.models import Asset
from core.media.services import reports
from core.media.transcripts import hearing
from core.media.transcripts.models import HeardPiece, TranscriptVersion
from core.media.transcripts.services import write
from core.notify.models import Notification
from core.storage import copies
from core.storage.scratch import copies_folder
from core.usage.models import Expense
from tests.core.contract.conftest import garden
from tests.far_away import far_away
from tests.workers.conftest import AAC, H264, make, picture, sound

__all__ = ["garden"]

EARS = """
from core.contract.errors import Busy, TranscriberError
from core.contract.providers import Heard, HeardSentence
asked = []
trouble = []
busy = []
meanwhile = []
spoken = ["de"]

class Ears:
    name, label, needs_account, longest_seconds = "ears", "Ears", True, 30.0
    def languages(self): return ()
    def transcribe(self, sound, *, language, tick):
        tick(0.0)
        asked.append(sound.stat().st_size)
        while meanwhile:
            meanwhile.pop()()
        if trouble and trouble[0] == len(asked):
            raise trouble.pop(0) and OSError("The line broke.")
        if busy:
            raise Busy("The server is busy (503).", busy.pop(0))
        sentence = HeardSentence(1.0, 3.0, f"Piece {len(asked)} was heard.")
        return Heard(language or spoken[0], (sentence,), micros=100)

@hookimpl
def transcribers():
    return [Ears()]
"""
GATED = "volume=0:enable='between(t,24,26)+between(t,49,51)'"


@pytest.fixture
def ears(garden):
    garden.plant("ears", EARS)
    return sys.modules["ears"]


@pytest.fixture
def talk(tmp_path):
    """Seventy seconds of tone with two pauses."""
    return make(tmp_path / "talk.m4a", *sound(70), "-af", GATED, *AAC)


def playable(prepare, path, **more):
    asset = prepare(path, **more)
    for job in Job.objects.filter(kind="contract.tell", payload__hook="asset_playable"):
        run_now(job)
    return asset


def transcription(asset):
    return Job.objects.filter(kind="media.transcribe", subject=f"asset:{asset.pk}").last()


def test_a_new_video_gets_its_words(ears, prepare, talk):
    asset = playable(prepare, talk, kind="audio")
    job = run_now(transcription(asset))
    assert (job.state, job.error) == (Job.State.SUCCEEDED, "")
    transcript = asset.transcripts.get()
    assert (transcript.language, transcript.is_default) == ("de", True)
    version = transcript.current
    assert (version.origin, version.note) == (TranscriptVersion.Origin.HEARD, "Ears")
    starts = [round(cue["start"]) for cue in version.cues]
    assert starts == [1, 26, 51]
    asset.refresh_from_db()
    assert asset.tracks["captions"] == ["de"]
    assert not HeardPiece.objects.exists()


@pytest.mark.parametrize("told", ["", "no language at all"])
def test_words_in_a_language_nobody_can_tell_are_kept_but_not_shown(ears, prepare, talk, told):
    ears.spoken[0] = told
    asset = playable(prepare, talk, kind="audio")
    assert run_now(transcription(asset)).error == ""
    transcript = asset.transcripts.get()
    assert (transcript.language, transcript.is_published) == ("und", False)
    asset.refresh_from_db()
    assert asset.tracks["captions"] == []


def test_a_retry_asks_only_for_what_is_missing_and_pays_once(ears, prepare, talk):
    asset = playable(prepare, talk, kind="audio")
    ears.trouble.append(3)
    job = run_now(transcription(asset))
    assert (job.state, job.attempt, len(ears.asked)) == (Job.State.QUEUED, 1, 3)
    assert "The line broke." in job.error
    assert [round(row.start) for row in HeardPiece.objects.all()] == [0, 25]
    Job.objects.filter(pk=job.pk).update(run_after=None)
    job = run_now(job)
    assert (job.state, len(ears.asked)) == (Job.State.SUCCEEDED, 4)
    for told in Job.objects.filter(kind="contract.tell", payload__hook="money_spent"):
        run_now(told)
    rows = Expense.objects.filter(subject=f"asset:{asset.pk}")
    assert [row.micros for row in rows] == [100, 100, 100]
    assert sum(row.quantity for row in rows) == pytest.approx(70, abs=0.3)
    report = reports.of_playing(asset)
    assert {row.stage for row in rows} == {f"{report.pk}/speech"}
    stage = report.stages.get(name="speech")
    assert (stage.state, stage.asset_id) == ("done", None)
    assert stage.cpu_seconds > 0  # its sound was read out of the file here


def test_after_three_attempts_it_ends_with_its_cause(ears, prepare, talk):
    asset = playable(prepare, talk, kind="audio")
    job = transcription(asset)
    for attempt in (1, 2, 3):
        ears.trouble[:] = [len(ears.asked) + 1]
        Job.objects.filter(pk=job.pk).update(run_after=None)
        job = run_now(job)
        assert job.attempt == attempt
    assert (job.state, asset.transcripts.count()) == (Job.State.FAILED, 0)
    assert "The line broke." in job.error
    stage = reports.of_playing(asset).stages.get(name="speech")
    assert (stage.state, stage.error) == ("failed", job.error)


def asked_again(job):
    """Return the job after its next turn, and how long it waits then."""
    Job.objects.filter(pk=job.pk).update(run_after=None)
    job = run_now(job)
    return job, job.run_after and round((job.run_after - now()).total_seconds())


def test_a_busy_service_is_waited_for_and_costs_no_attempt(ears, prepare, talk):
    asset = playable(prepare, talk, kind="audio")
    job = transcription(asset)
    waits = []
    for after in (0, 0, 400, 0, 7200):
        ears.busy[:] = [after]
        job, wait = asked_again(job)
        assert (job.state, job.attempt, job.error) == ("queued", 0, "The server is busy (503).")
        waits.append(wait)
    assert waits == pytest.approx([20, 60, 400, 600, 7200], abs=3)
    job, _wait = asked_again(job)
    assert (job.state, job.error, len(ears.asked)) == (Job.State.SUCCEEDED, "", 8)


def test_a_sound_from_afar_is_fetched_once_however_often_its_words_are_asked_for(
    ears, prepare, talk, settings, tmp_path
):
    settings.STORAGE_PROVIDER = "far_away"
    with far_away(tmp_path / "far") as far:
        asset = playable(prepare, talk, kind="audio")
        before = far.given[asset.original.key]
        job = transcription(asset)
        for _time in range(3):
            ears.busy[:] = [0]
            job, _wait = asked_again(job)
        job, _wait = asked_again(job)
        assert job.state == Job.State.SUCCEEDED
        assert far.given[asset.original.key] - before == talk.stat().st_size
        copies.tidy()
        assert list(copies_folder().iterdir()) == []


def test_each_piece_is_waited_for_as_often_and_then_its_uploader_is_told(
    ears, prepare, talk, editor
):
    asset = playable(prepare, talk, kind="audio")
    Asset.objects.filter(pk=asset.pk).update(uploaded_by=editor)
    job = transcription(asset)
    HeardPiece.objects.all().delete()
    Job.objects.filter(pk=job.pk).update(result={"piece": 25.0, "times": 7})
    ears.busy[:] = [0] * 8
    for _n in range(7):
        job, _wait = asked_again(job)
        assert job.state == Job.State.QUEUED
    job, _wait = asked_again(job)
    assert job.state == Job.State.FAILED
    assert "try again later" in job.error
    run_now(Job.objects.get(kind="contract.tell", payload__hook="transcript_failed"))
    told = Notification.objects.get(member=editor, kind="transcript_failed")
    assert (told.body, asset.title in told.title) == (job.error, True)


def test_what_an_editor_uploaded_meanwhile_stays(ears, prepare, talk):
    asset = playable(prepare, talk, kind="audio")
    cues = [{"start": 0, "end": 1, "text": "By hand."}]
    mine = write(asset=asset, language="de", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)
    run_now(transcription(asset))
    assert asset.transcripts.get().current_id == mine.pk
    run_now(hearing.ask_again(asset, "de"))
    assert [row.number for row in asset.transcripts.get().versions.all()] == [2, 1]


def replace(asset, other):
    """Let the other's file play in place of the asset's, as a finished edition does."""
    former = playing(asset)
    edition = Edition.objects.create(
        asset=asset,
        number=former.number + 1,
        cause=Edition.Cause.REPLACED,
        original=other.original,
        line=former.line,
        facts={"probe": other.probe, "duration": 70.0, "lies": {}, "provider": "ffmpeg"},
    )
    editing.flip(edition)
    for job in Job.objects.filter(kind="contract.tell", payload__hook="asset_edited"):
        run_now(job)


def test_what_was_heard_in_a_file_that_is_replaced_is_not_written(ears, prepare, talk):
    asset, other = playable(prepare, talk, kind="audio"), prepare(talk, kind="audio")
    ears.meanwhile.append(lambda: replace(asset, other))
    job = transcription(asset)
    assert run_now(job).state == Job.State.SUCCEEDED
    assert not asset.transcripts.exists()
    new = transcription(asset)
    assert new.pk != job.pk
    run_now(new)
    version = asset.transcripts.get().current
    assert version.cues[0]["text"] == "Piece 4 was heard."
    assert not HeardPiece.objects.exists()


def test_a_replaced_file_is_heard_where_nobody_worked_on_the_words(ears, prepare, talk):
    asset, other = playable(prepare, talk, kind="audio"), prepare(talk, kind="audio")
    run_now(transcription(asset))
    replace(asset, other)
    asset.refresh_from_db()
    run_now(transcription(asset))
    assert [row.number for row in asset.transcripts.get().versions.all()] == [2, 1]
    assert hearing.begin_anew(asset) is None


def test_an_editors_words_are_not_written_over_by_a_new_file(ears, prepare, talk):
    asset, other = playable(prepare, talk, kind="audio"), prepare(talk, kind="audio")
    Job.objects.filter(pk=transcription(asset).pk).update(state=Job.State.CANCELLED)
    cues = [{"start": 0, "end": 1, "text": "By hand."}]
    write(asset=asset, language="de", cues=cues, origin=TranscriptVersion.Origin.EDITED)
    before = transcription(asset).pk
    replace(asset, other)
    asset.refresh_from_db()
    assert transcription(asset).pk == before
    assert hearing.replaced_at(asset) > asset.transcripts.get().current.created_at


def test_what_an_editor_uploads_while_the_new_file_is_heard_stays(ears, prepare, talk):
    asset, other = playable(prepare, talk, kind="audio"), prepare(talk, kind="audio")
    run_now(transcription(asset))
    replace(asset, other)
    asset.refresh_from_db()
    job, mine = transcription(asset), []
    origin, cues = TranscriptVersion.Origin.UPLOADED, [{"start": 0, "end": 1, "text": "By hand."}]
    ears.meanwhile.append(
        lambda: mine.append(write(asset=asset, language="en", cues=cues, origin=origin))
    )
    assert run_now(job).state == Job.State.SUCCEEDED
    assert asset.transcripts.get(language="en").current == mine[0]
    assert [row.number for row in asset.transcripts.get(language="de").versions.all()] == [1]


def test_what_is_asked_for_while_the_new_file_is_heard_is_written(ears, prepare, talk):
    asset, other = playable(prepare, talk, kind="audio"), prepare(talk, kind="audio")
    run_now(transcription(asset))
    replace(asset, other)
    asset.refresh_from_db()
    job, cues = transcription(asset), [{"start": 0, "end": 1, "text": "By hand."}]
    write(asset=asset, language="de", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)
    ears.meanwhile.append(lambda: hearing.ask_again(asset, ""))
    run_now(job)
    assert transcription(asset) == job
    assert [row.origin for row in asset.transcripts.get().versions.all()] == [
        *("heard", "uploaded", "heard")
    ]


def test_what_is_asked_for_while_a_file_is_heard_that_gives_way_is_heard_in_the_next(
    ears, prepare, talk
):
    asset, other = playable(prepare, talk, kind="audio"), prepare(talk, kind="audio")
    job, cues = transcription(asset), [{"start": 0, "end": 1, "text": "By hand."}]

    def meanwhile():
        hearing.ask_again(asset, "")
        write(asset=asset, language="de", cues=cues, origin=TranscriptVersion.Origin.UPLOADED)
        replace(asset, other)

    ears.meanwhile.append(meanwhile)
    assert run_now(job).state == Job.State.SUCCEEDED
    new = transcription(asset)
    assert new.payload["original"] == str(other.original_id)
    assert hearing.is_asked_for(new)


def test_words_that_only_moved_with_a_cut_are_nobodys_work(ears, prepare, talk):
    asset = playable(prepare, talk, kind="audio")
    run_now(transcription(asset))
    cues = asset.transcripts.get().current.cues
    write(asset=asset, language="de", cues=cues, origin=TranscriptVersion.Origin.MOVED)
    assert not hearing.is_by_hand(asset)


def test_what_an_editor_asked_for_is_heard_in_the_new_file(ears, prepare, talk):
    asset, other = playable(prepare, talk, kind="audio"), prepare(talk, kind="audio")
    run_now(transcription(asset))
    job = hearing.ask_again(asset, "fr")
    replace(asset, other)
    heard = len(ears.asked)
    assert run_now(job).result == {"replaced": True}
    assert len(ears.asked) == heard
    run_now(transcription(asset))
    assert asset.transcripts.filter(language="fr").exists()


def test_who_has_words_or_no_sound_is_not_listened_to(ears, prepare, tmp_path):
    silent = playable(prepare, make(tmp_path / "silent.mp4", *picture(), *H264))
    assert transcription(silent) is None
    with pytest.raises(NoTranscriber, match="no sound"):
        hearing.ask_again(silent, "en")


def test_a_language_nobody_knows_is_said_so(prepare, talk):
    asset = prepare(talk, kind="audio")
    with pytest.raises(NoTranscriber, match="Português Brasileiro"):
        hearing.ask_again(asset, "pt-BR")


def test_a_deleted_asset_is_left_alone(ears, prepare, talk):
    asset = playable(prepare, talk, kind="audio")
    job = transcription(asset)
    asset.delete()
    assert run_now(job).state == Job.State.SUCCEEDED


def test_a_spoken_film_is_written_down_offline(prepare, tmp_path):
    text = "Small promises are kept, and kept promises are told to friends."
    speech = speak(text, tmp_path / "voice.wav")
    film = make(
        tmp_path / "film.mp4", *picture(seconds=6), "-i", tmp_path / "voice.wav", *H264, *AAC
    )
    asset = playable(prepare, film)
    job = run_now(transcription(asset))
    assert job.error == ""
    version = asset.transcripts.get().current
    said = " ".join(cue["text"] for cue in version.cues)
    assert word_errors(text, said) <= 0.2
    words = {word[2].strip(".,").lower(): word[0] for cue in version.cues for word in cue["words"]}
    kept = {word.strip(".,").lower(): start for start, _end, word in speech.words}
    assert words["friends"] == pytest.approx(kept["friends"], abs=0.4)
