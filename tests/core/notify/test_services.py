"""What is told is told once, and sent once."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from django.utils.timezone import now

from core.contract.errors import NotSent, Undeliverable
from core.jobs.models import Job
from core.jobs.services import run_now
from core.members.models import Member
from core.notify import hooks, queries, services
from core.notify.errors import BadLink, UnknownKind
from core.notify.models import Delivery, Notification, Preference

pytestmark = pytest.mark.django_db


def jobs():
    return Job.objects.filter(kind=services.DELIVER).order_by("pk")


def run_all():
    for job in jobs().filter(state="queued"):
        Job.objects.filter(pk=job.pk).update(run_after=None)
        run_now(job)


def health():
    return next(one.run() for one in hooks.health_checks() if one.name == "notifications")


class Pigeon:
    """A channel that does what a test says."""

    name, label = "pigeon", "Pigeon"

    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.sent = []

    def send(self, delivery):
        self.sent.append(delivery.pk)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome:
            raise outcome


@pytest.fixture
def pigeon(room, member):
    def keep(*outcomes):
        bird = Pigeon(*outcomes)
        room.channels = [bird]
        Preference.objects.create(member=member, kind="test_quiet", channel="pigeon", on=True)
        return bird

    return keep


def test_the_same_key_is_told_once(tell):
    assert tell() is not None
    assert tell(title="Said otherwise") is None
    run_all()
    assert [told.title for told in Notification.objects.all()] == ["There is news"]
    assert len(mail.outbox) == 1


def test_two_members_may_be_told_under_the_same_key(tell, boss):
    assert [tell() is not None, tell(member=boss) is not None] == [True, True]


def test_what_is_told_rolls_back_with_its_cause(tell):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert tell().key.count("n") / 0
    assert (Notification.objects.count(), jobs().count()) == (0, 0)


def test_an_unknown_kind_is_refused_by_name(tell):
    with pytest.raises(UnknownKind, match="test_nothing"):
        tell(kind="test_nothing")


def test_a_closed_account_is_told_nothing(tell, member):
    member.is_active = False
    assert tell() is None


def test_a_mail_is_sent_once_however_often_its_job_runs(tell):
    tell()
    [job] = jobs()
    run_now(job)
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_now(job)
    assert len(mail.outbox) == 1
    assert Delivery.objects.get().state == "sent"


def test_what_was_begun_by_a_lost_worker_is_never_sent_again(tell):
    tell()
    Delivery.objects.update(state="begun", begun_at=now())
    run_all()
    assert mail.outbox == []
    assert Delivery.objects.get().state == "unknown"


def test_a_slow_worker_that_was_given_up_still_says_that_it_sent(room, tell, pigeon):
    bird = pigeon()

    def slow(delivery):
        services.deliver(delivery.pk)  # another worker, meanwhile
        Pigeon.send(bird, delivery)

    bird.send = slow
    tell(kind="test_quiet")
    run_all()
    assert (len(bird.sent), Delivery.objects.get().state) == (1, "sent")


def test_what_surely_did_not_go_out_is_tried_later(tell, pigeon):
    bird = pigeon(NotSent("away"))
    tell(kind="test_quiet")
    [job] = jobs()
    run_now(job)
    assert (Delivery.objects.get().state, Delivery.objects.get().error) == ("waiting", "away")
    assert jobs().last().run_after > now() + timedelta(seconds=50)
    run_all()
    assert (len(bird.sent), Delivery.objects.get().state) == (2, "sent")


def test_trying_ends(tell, pigeon):
    bird = pigeon(*[NotSent("away")] * 9)
    tell(kind="test_quiet")
    for _ in range(9):
        run_all()
    assert (len(bird.sent), Delivery.objects.get().state) == (6, "failed")


def test_a_refusal_for_good_is_not_tried_again(tell, pigeon):
    bird = pigeon(Undeliverable("no such person"))
    tell(kind="test_quiet")
    run_all()
    run_all()
    assert (len(bird.sent), Delivery.objects.get().state) == (1, "failed")


def test_a_channel_that_breaks_in_the_middle_is_not_asked_again(tell, pigeon):
    bird = pigeon(ZeroDivisionError("half sent"))
    tell(kind="test_quiet")
    run_all()
    run_all()
    assert (len(bird.sent), Delivery.objects.get().state) == (1, "unknown")


@pytest.fixture
def broken(tell, settings, tmp_path):
    """A mail whose template an operator has broken; mending it is deleting theirs."""
    spoilt = tmp_path / "mail" / "notification.txt"
    spoilt.parent.mkdir()
    spoilt.write_text("{% nonsense %}")
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    tell()
    return spoilt


def mails():
    return Delivery.objects.get(channel="email")


def test_a_mail_that_cannot_be_written_is_sent_once_its_template_is_mended(broken):
    for _ in range(3):
        run_all()
    assert (mails().state, mails().tries, mails().begun_at) == ("waiting", 1, None)
    assert "nonsense" in mails().error
    assert health().warns
    broken.write_text("Mended")
    run_all()
    assert (mails().state, len(mail.outbox)) == ("sent", 1)
    assert (health().ok, health().warns) == (True, False)


def test_a_mail_that_cannot_be_written_fails_in_the_end_and_says_so(broken):
    for _ in range(3 * 6):
        run_all()
    assert (mails().state, len(mail.outbox)) == ("failed", 0)
    assert "nonsense" in mails().error
    assert health().message.startswith("Of what was told in the last day, 1 failed")


@pytest.fixture
def sent(room, site):
    """Deliveries by mail that ended in a state, of people by their names, so many hours ago."""

    def make(state, *names, ago=0.0, channel="email", **more):
        for name in names:
            email = f"{name}@lectern.example"
            known = Member.objects.filter(email=email).first()
            member = known or Member.objects.create_user(email, "s3cret-words")
            told = Notification.objects.create(
                member=member, site=site, kind="test", key=uuid4().hex, title="A"
            )
            at = now() - timedelta(hours=ago)
            Delivery.objects.create(
                notification=told, channel=channel, state=state, begun_at=at, **more
            )

    return make


def looked():
    found = health()
    return "red" if not found.ok else "yellow" if found.warns else "green"


def test_an_address_that_refuses_its_mail_is_named_and_no_alarm(sent):
    sent("sent", "ada", "ben", "cleo")
    assert looked() == "green"
    for _ in range(9):
        sent("failed", "gone")
    assert looked() == "yellow"
    assert "Not reached: gone@lectern.example." in health().message
    sent("failed", "d", "e", "f", "g", "h", ago=2)
    assert "Not reached: gone@lectern.example, " in health().message
    assert "…" in health().message


def test_a_channel_that_misses_half_of_its_people_is_an_alarm(sent):
    sent("sent", *(f"early{n}" for n in range(20)), ago=3)
    sent("sent", "ada", "ben", "cleo", "bell", channel="in_app")
    sent("waiting", "ada", "ben", tries=1)
    assert looked() == "yellow"
    sent("unknown", "cleo")
    assert looked() == "red"
    assert "“email” missed 3 of 3 people lately." in health().message
    sent("sent", "dora", "emil", "fay", "gus")
    assert looked() == "yellow"


def test_a_quiet_site_hears_of_a_broken_channel_within_the_day(sent):
    for ago, name in enumerate(["ada", "ben", "cleo"]):
        sent("failed", name, ago=3 * ago + 2)
    assert looked() == "red"
    sent("sent", "d", "e", "f", "g", ago=5)
    assert looked() == "yellow"


def test_a_worker_that_was_lost_for_good_leaves_what_is_unknown(tell):
    tell()
    Delivery.objects.filter(channel="email").update(state="begun", begun_at=now())
    services.give_up(delivery_id=mails().pk, error="lost")
    assert (mails().state, mails().error) == ("unknown", services.LOST)
    assert "of 1 it is not known" in health().message


def test_what_no_channel_answers_for_fails_in_the_end(room, tell, pigeon):
    pigeon()
    tell(kind="test_quiet")
    room.channels = []
    for _ in range(9):
        run_all()
    assert Delivery.objects.get().state == "failed"


def test_a_channel_that_is_away_is_waited_for(room, tell, pigeon):
    bird = pigeon()
    tell(kind="test_quiet")
    room.channels = []
    run_all()
    assert Delivery.objects.get().state == "waiting"
    room.channels = [bird]
    run_all()
    assert Delivery.objects.get().state == "sent"


def test_what_came_too_late_is_not_sent(tell):
    tell(until=now() - timedelta(seconds=1))
    run_all()
    assert (mail.outbox, Delivery.objects.get().state) == ([], "dropped")


def test_what_was_switched_off_meanwhile_is_not_sent(tell, member):
    tell()
    services.choose(member=member, chosen={("test_news", "email"): False})
    run_all()
    assert (mail.outbox, Delivery.objects.get().state) == ([], "dropped")


def test_a_member_chooses_how_they_are_told(tell, member, site):
    services.choose(
        member=member, chosen={("test_news", "email"): False, ("test_news", "in_app"): False}
    )
    told = tell()
    assert (told.is_shown, jobs().count(), queries.unread(member, site)) == (False, 0, 0)
    services.choose(member=member, chosen={("test_quiet", "in_app"): True})
    assert tell(kind="test_quiet", key="q").is_shown


def test_the_bell_counts_what_is_new_on_its_own_site(tell, member, site, other_site):
    first, _second = tell(), tell(key="news:2")
    tell(key="news:3", site=other_site)
    assert (queries.unread(member, site), queries.unread(member, other_site)) == (2, 1)
    services.mark_read(member=member, site=site, notification=first.pk)
    assert queries.unread(member, site) == 1
    assert services.mark_all_read(member=member, site=site) == 1
    assert (queries.unread(member, site), queries.unread(member, other_site)) == (0, 1)


def test_nobody_reads_what_another_was_told(tell, member, boss, site):
    told = tell()
    assert services.mark_read(member=boss, site=site, notification=told.pk) is None
    assert (queries.latest(boss, site, 9), queries.unread(member, site)) == ([], 1)


def test_kinds_for_staff_are_offered_to_staff(room, member, boss, site):
    def offered(person):
        return {choice.kind.name for choice in queries.choices(person, site)}

    assert "test_staff" in offered(boss)
    assert not {"test_staff", "media_ready"} & offered(member)


def test_a_link_switches_off_what_it_names_and_no_other_link_does(room, member):
    token = services.off_token(member=member, kind="test_news", channel="email")
    assert services.read_off_token(token) == (member.pk, "test_news", "email")
    for bad in (token[:-1], token + "x", "", "x:y:z"):
        with pytest.raises(BadLink):
            services.read_off_token(bad)


def test_what_is_old_is_forgotten(tell):
    tell()
    Notification.objects.update(created_at=now() - timedelta(days=181))
    fresh = tell(key="news:2")
    services.forget_old()
    assert [told.pk for told in Notification.objects.all()] == [fresh.pk]
