"""A job has one worker at a time, and a stale one publishes nothing."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils.timezone import now

from core.contract.errors import Cancelled, StaleClaim
from core.jobs import services
from core.jobs.claims import Claim, claim, tidy_folders
from core.jobs.models import Job

pytestmark = pytest.mark.django_db

LEASE = timedelta(seconds=30)


@pytest.fixture
def job(house) -> Job:
    house.add("test.idle", house.idle)
    return services.enqueue(kind="test.idle", payload={"n": 1})


def take(job: Job, worker: str = "one") -> Claim:
    taken = claim(job_id=job.pk, worker=worker, lease=LEASE)
    assert taken is not None
    return taken


def expire(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(lease_until=now() - timedelta(seconds=1))


def test_a_waiting_job_is_claimed_once(job):
    assert take(job).payload == {"n": 1}
    assert claim(job_id=job.pk, worker="two", lease=LEASE) is None


def test_a_job_whose_time_has_not_come_is_not_claimed(job):
    Job.objects.filter(pk=job.pk).update(run_after=now() + timedelta(minutes=1))
    assert claim(job_id=job.pk, worker="one", lease=LEASE) is None


def test_an_expired_lease_passes_the_job_on_with_a_higher_fence(job):
    first = take(job)
    expire(job)
    second = take(job, "two")
    assert (first.fence, second.fence) == (1, 2)
    assert second.job.attempt == 2


def test_a_stale_claim_cannot_publish(job):
    first = take(job)
    expire(job)
    take(job, "two")
    with pytest.raises(StaleClaim), first.fenced():
        pytest.fail("the stale claim got into the fence")


def test_a_stale_claim_cannot_succeed_or_progress(job):
    first = take(job)
    expire(job)
    second = take(job, "two")
    with pytest.raises(StaleClaim):
        first.progress(0.5)
    with pytest.raises(StaleClaim):
        first.succeed()
    second.succeed(done=True)
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.SUCCEEDED, {"done": True})


def test_progress_is_written_and_extends_the_lease(job):
    taken = take(job)
    Job.objects.filter(pk=job.pk).update(lease_until=now() + timedelta(seconds=1))
    taken.progress(0.4, "Encoding", eta_seconds=9)
    job.refresh_from_db()
    assert (job.progress, job.stage, job.eta_seconds) == (0.4, "Encoding", 9)
    assert job.lease_until > now() + timedelta(seconds=20)


def test_cancelling_a_running_job_reaches_its_door(job):
    taken = take(job)
    services.cancel(job)
    with pytest.raises(Cancelled):
        taken.progress(0.1)


def test_cancelling_a_waiting_job_ends_it(job):
    services.cancel(job)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert claim(job_id=job.pk, worker="one", lease=LEASE) is None


def test_folders_of_void_claims_are_removed_and_held_ones_stay(job, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    first = take(job)
    stale = first.folder
    expire(job)
    held = take(job, "two").folder
    assert tidy_folders() == 1
    assert (stale.exists(), held.exists()) == (False, True)


def cut_off() -> None:
    """End this process's session at the server."""
    with connection.cursor() as cursor, suppress(OperationalError):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.mark.django_db(transaction=True)
def test_work_goes_on_while_the_database_is_away_as_long_as_its_lease(job):
    taken = take(job)
    cut_off()
    taken.progress(0.3, "Encoding")
    taken.progress(0.4, "Sealing")
    assert Job.objects.get(pk=job.pk).progress == 0.4
    cut_off()
    taken._held_at -= LEASE.total_seconds()
    with pytest.raises(OperationalError):
        taken.progress(0.5, "Publishing")
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_session_broke_is_given_back_at_once(house):
    house.add("test.cut", lambda claim: cut_off() or Job.objects.count())
    job = services.run_now(services.enqueue(kind="test.cut"))
    assert (job.state, job.attempt) == (Job.State.QUEUED, 1)
    assert "connection is closed" in job.error
