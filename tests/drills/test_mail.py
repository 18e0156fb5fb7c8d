"""``kill -9`` of the worker while it sends: no mail goes out twice, and none is begun again."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from django.contrib.auth import get_user_model
from django.db import transaction
from wagtail.models import Site

from config.embedded.ports import free_port
from core.jobs.models import Job
from core.notify.models import Delivery
from core.notify.services import notify
from tests.drills.crew import Crew


class SlowOffice:
    """Takes a mail, keeps it, and is slow to say so: the worker dies in between."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.holds = threading.Event()
        self.let_go = threading.Event()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken[envelope.rcpt_tos[0]] += 1
        self.holds.set()
        await asyncio.to_thread(self.let_go.wait, 60)
        return "250 OK"


@pytest.fixture
def office() -> Iterator[tuple[SlowOffice, int]]:
    slow, port = SlowOffice(), free_port()
    controller = Controller(slow, hostname="127.0.0.1", port=port)
    controller.start()
    yield slow, port
    slow.let_go.set()
    controller.stop()


@pytest.mark.parametrize("rounds", [1, pytest.param(10, marks=pytest.mark.drill)])
def test_a_mail_whose_worker_was_killed_goes_out_once_at_most(rounds, staff: Crew, office, capsys):
    slow, port = office
    staff.env["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    site = Site.objects.get(is_default_site=True)
    for number in range(rounds):
        slow.holds.clear()
        slow.let_go.clear()
        member = get_user_model().objects.create_user(f"drill{number}@lectern.example")
        with transaction.atomic():
            notify(member=member, site=site, kind="place_free", key="drill", title="A place")
        staff.start()
        staff.until(slow.holds.is_set, "the server holds the mail")
        staff.kill(whole=True)
        slow.let_go.set()
        staff.start()
        staff.until(lambda m=member: state_of(m) != "begun", "the delivery is judged")
        assert (state_of(member), slow.taken[member.email]) == ("unknown", 1)
        staff.stop()
    with capsys.disabled():
        print(
            f"\n{rounds}/{rounds} killed while sending: {sum(slow.taken.values())} mails, 0 twice"
        )


def state_of(member) -> str:
    return Delivery.objects.values_list("state", flat=True).get(notification__member=member)


def test_a_server_that_is_away_is_asked_again_and_takes_it_once(staff: Crew, office):
    slow, port = office
    slow.let_go.set()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        staff.env["EMAIL_URL"] = f"smtp://127.0.0.1:{taken.getsockname()[1]}"  # nobody listens
        member = get_user_model().objects.create_user("away@lectern.example")
        site = Site.objects.get(is_default_site=True)
        with transaction.atomic():
            notify(member=member, site=site, kind="place_free", key="drill", title="A place")
        staff.start()
        staff.until(lambda: Delivery.objects.get().tries == 1, "the worker has tried")
        staff.stop()
    staff.env["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
    Job.objects.filter(kind="notify.deliver", state="queued").update(run_after=None)
    staff.start()
    staff.until(lambda: state_of(member) == "sent", "the mail is sent")
    assert slow.taken == {"away@lectern.example": 1}
