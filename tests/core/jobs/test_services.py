"""Jobs commit with their cause, run at most so often, and tell what became of them."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

import pytest
from django.db import OperationalError, connection, transaction
from django.utils.timezone import now
from redis import Redis
from wagtail.models import Site

from core.contract import registry
from core.contract.errors import Cancelled, Later, PermanentError
from core.contract.models import Switch
from core.contract.pieces import Schedule
from core.contract.switches import announce
from core.jobs import bell, services
from core.jobs.errors import NoDoor, SandboxError
from core.jobs.models import Job
from core.jobs.runner import look

pytestmark = pytest.mark.django_db


def test_an_unknown_kind_is_refused_by_name(house):
    with pytest.raises(NoDoor, match=r"test\.nobody"):
        services.enqueue(kind="test.nobody")


def test_a_job_rolls_back_with_its_cause(house):
    house.add("test.ok", house.idle)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert services.enqueue(kind="test.ok").pk / 0
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_not_before(house, settings):
    house.add("test.ok", house.idle, queue="test-bell")
    redis = Redis.from_url(settings.REDIS_URL)
    redis.delete("test-bell")
    with transaction.atomic():
        services.enqueue(kind="test.ok")
        assert redis.llen("test-bell") == 0
    assert redis.llen("test-bell") == 1
    redis.delete("test-bell")


def test_a_job_outlives_a_redis_that_is_away(house, settings):
    house.add("test.ok", house.idle)
    there, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    begin = monotonic()
    assert bell.ring(1, "default") is False
    assert monotonic() - begin < 4  # a request waits for it
    settings.REDIS_URL = there
    assert bell.ring(1, "test-bell")
    Redis.from_url(there).delete("test-bell")


def test_a_key_has_one_active_job(house):
    house.add("test.ok", house.idle)
    first = services.enqueue(kind="test.ok", key="k")
    assert services.enqueue(kind="test.ok", key="k").pk == first.pk
    services.run_now(first)
    assert services.enqueue(kind="test.ok", key="k").pk != first.pk


def test_a_job_that_ends_well_says_so(house):
    house.add("test.ok", lambda claim: claim.succeed(sum=claim.payload["a"] + 1))
    job = services.run_now(services.enqueue(kind="test.ok", payload={"a": 2}))
    assert (job.state, job.result, job.progress) == (Job.State.SUCCEEDED, {"sum": 3}, 1)


def test_an_unexpected_error_is_tried_three_times_then_told_once(house):
    told = []

    def break_down(_claim):
        raise ZeroDivisionError("division by zero")

    house.add("test.bad", break_down, on_failed=lambda job: told.append(job.pk))
    job = services.enqueue(kind="test.bad")
    states = []
    for _ in range(5):
        Job.objects.filter(pk=job.pk).update(run_after=None)
        states.append(look(job.pk))
    job.refresh_from_db()
    assert states == ["queued", "queued", "failed", None, None]
    assert (job.attempt, told) == (3, [job.pk])
    assert "division by zero" in job.error
    assert "ZeroDivisionError" in job.detail


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SandboxError("killed", "It was too big. Export it."), "It was too big. Export it."),
        (SandboxError("stalled", "It stalled."), "It stalled. Try again, or show this to the op"),
        (OSError("Broken."), "Something unexpected went wrong: Broken. Try again"),
    ],
)
def test_what_ends_a_job_is_worded_once_with_a_remedy(house, error, words):
    def break_down(_claim):
        raise error

    house.add("test.bad", break_down)
    job = services.run_now(services.enqueue(kind="test.bad"))
    assert job.error.startswith(words)
    assert job.error.count("Try again") + job.error.count("Export it") == 1


def test_a_job_that_waits_for_the_world_spends_no_attempt(house):
    seen = []

    def look(claim):
        seen.append(claim.fence)
        if len(seen) < 6:
            raise Later(3600)

    house.add("test.later", look)
    job = services.run_now(services.enqueue(kind="test.later", key="later:1"))
    assert (job.state, job.attempt, job.error) == (Job.State.QUEUED, 0, "")
    assert timedelta(minutes=59) < job.run_after - now() < timedelta(minutes=61)
    assert services.run_now(job).state == Job.State.QUEUED  # it is not time yet
    assert seen == [1]
    for _ in range(5):
        assert services.wake("later:1") is True
        job = services.run_now(job)
    assert (job.state, job.attempt, seen) == (Job.State.SUCCEEDED, 1, [1, 2, 3, 4, 5, 6])
    assert services.wake("later:1") is False


def test_waking_rings_the_bell_at_once(house, django_capture_on_commit_callbacks):
    house.add("test.later", house.idle)
    services.enqueue(kind="test.later", key="later:2", run_after=now() + timedelta(hours=1))
    with django_capture_on_commit_callbacks() as rung:
        assert services.wake("later:2") is True
    assert len(rung) == 1


def test_a_permanent_error_is_not_tried_again(house):
    def refuse(_claim):
        raise PermanentError("This file is empty. Choose another one.")

    house.add("test.no", refuse)
    job = services.run_now(services.enqueue(kind="test.no"))
    assert (job.state, job.attempt) == (Job.State.FAILED, 1)
    assert job.error == "This file is empty. Choose another one."


def test_a_job_that_kills_its_worker_is_given_up_after_three_attempts(house):
    told = []
    house.add("test.poison", house.idle, on_failed=lambda job: told.append(job.pk))
    job = lose("test.poison")
    assert services.sweep()["given_up"] == 1
    assert services.sweep()["given_up"] == 0
    job.refresh_from_db()
    assert (job.state, told) == (Job.State.FAILED, [job.pk])
    assert "stopped 3 times" in job.error


def lose(kind: str) -> Job:
    """Leave a job behind whose workers were lost as often as it may be tried."""
    job = services.enqueue(kind=kind)
    lost = {"state": Job.State.RUNNING, "attempt": 3, "lease_until": now() - timedelta(seconds=1)}
    Job.objects.filter(pk=job.pk).update(**lost)
    return job


def wait_untold(kind: str) -> None:
    Job.objects.filter(pk=services.enqueue(kind=kind).pk).update(rung_at=None)


def break_down(_job: Job) -> None:
    raise RuntimeError("its owner is in no state to hear this")


def note_for_nobody(_job: Job) -> None:
    Switch.objects.create(site_id=0, plugin="whose site is gone", is_on=True)


def vanish(_job: Job) -> None:
    raise Cancelled("The asset was deleted.")


@pytest.mark.parametrize("owner", [break_down, note_for_nobody, vanish])
def test_an_owner_who_breaks_down_over_a_failure_stops_nobody_else(house, owner):
    house.add("test.broken", house.idle, on_failed=owner)
    house.add("test.ok", house.idle)
    job = lose("test.broken")
    wait_untold("test.ok")
    assert services.sweep() == {"rung": 1, "given_up": 1}
    connection.check_constraints()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_a_job_whose_door_is_gone_is_given_up_and_stops_nobody_else(house):
    house.add("test.gone", house.idle)
    job = lose("test.gone")
    house.doors.clear()
    house.add("test.ok", house.idle)
    wait_untold("test.ok")
    assert services.sweep() == {"rung": 1, "given_up": 1}
    job.refresh_from_db()
    assert (job.state, job.error[:40]) == (
        Job.State.FAILED,
        "The machine that worked on this stopped ",
    )


def test_what_a_deadlock_kept_from_being_noted_comes_again_and_stops_nobody_else(house):
    told = []

    def note(job: Job) -> None:
        told.append(job.pk)
        if len(told) == 1:
            raise OperationalError("deadlock detected")

    house.add("test.locked", house.idle, on_failed=note)
    house.add("test.ok", house.idle)
    job = lose("test.locked")
    wait_untold("test.ok")
    assert services.sweep() == {"rung": 1, "given_up": 0}
    assert services.sweep() == {"rung": 0, "given_up": 1}
    assert told == [job.pk, job.pk]


def test_the_sweeper_rings_for_an_expired_lease(house):
    house.add("test.ok", house.idle)
    job = services.enqueue(kind="test.ok")
    past = now() - timedelta(minutes=1)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING, attempt=1, lease_until=past, rung_at=past
    )
    assert services.sweep() == {"rung": 1, "given_up": 0}


def test_schedules_are_enqueued_once_a_period(house):
    house.add("test.tick", house.idle)
    house.periods = [Schedule("test.tick", timedelta(minutes=5))]

    def made() -> int:
        return Job.objects.filter(kind="test.tick").count()

    services.enqueue_due()
    services.enqueue_due()
    assert made() == 1
    services.run_now(Job.objects.get(kind="test.tick"))
    Job.objects.filter(kind="test.tick").update(created_at=now() - timedelta(minutes=6))
    services.enqueue_due()
    assert made() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        Schedule("test.nobody", timedelta(minutes=5)),
        Schedule("test.tick", timedelta(minutes=5), payload={"at": object()}),
    ],
)
def test_a_schedule_that_is_wrong_stops_no_other(house, wrong):
    house.add("test.tick", house.idle)
    house.add("test.tock", house.idle)
    house.periods = [wrong, Schedule("test.tock", timedelta(minutes=5))]
    services.enqueue_due()
    made = Job.objects.filter(kind__startswith="test.").values_list("kind", flat=True)
    assert list(made) == ["test.tock"]


def test_a_retry_is_a_new_row(house):
    house.add("test.ok", house.idle)
    job = services.run_now(services.enqueue(kind="test.ok", payload={"x": 1}, subject="thing:1"))
    again = services.retry(job)
    assert again.pk != job.pk
    assert (again.payload, again.subject, again.attempt) == ({"x": 1}, "thing:1", 0)


def test_a_job_waits_while_its_plugin_is_off_for_its_site(house, monkeypatch):
    ran: list[int] = []
    site = Site.objects.get(is_default_site=True)
    house.add("test.plugged", lambda claim: ran.append(claim.job.pk))
    monkeypatch.setattr(registry, "plugin_of", lambda _module: "local_disk")
    job = services.enqueue(kind="test.plugged", site=site)
    turn("local_disk", site, on=False)
    assert look(job.pk) is None
    job.refresh_from_db()
    assert (job.state, job.attempt, ran) == (Job.State.QUEUED, 0, [])
    assert job.run_after > now()
    turn("local_disk", site, on=True)
    Job.objects.filter(pk=job.pk).update(run_after=None)
    assert look(job.pk) == Job.State.SUCCEEDED


def turn(plugin: str, site: Site, *, on: bool) -> None:
    Switch.objects.update_or_create(site=site, plugin=plugin, defaults={"is_on": on})
    announce()
