"""Events come in once, believed or refused, and their effect follows from the row."""

import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils.timezone import now
from wagtail.models import Site

from core.contract import hookimpl, registry
from core.contract.errors import BadEvent, NotReady
from core.contract.events import Event
from core.jobs.models import Job
from core.jobs.services import run_now
from core.webhooks import hooks
from core.webhooks.models import Receipt
from core.webhooks.views import LARGEST

SECRET = b"a secret of two"


class Bank:
    """A source that signs the whole body, and pays what the event says into a list."""

    name = "bank"
    label = "Bank"

    def __init__(self):
        self.paid = []
        self.secret = SECRET
        self.is_broken = False

    @hookimpl
    def webhook_sources(self):
        return [self]

    def verify(self, body, headers, site):
        if not self.secret:
            raise NotReady("The bank has no secret yet.")
        if not hmac.compare_digest(signature(body), headers["x-signature"]):
            raise BadEvent("The signature is wrong.")
        said = json.loads(body)
        return Event(id=said["id"], kind=said["kind"], payload=said)

    def handle(self, kind, payload, site):
        self.paid.append((kind, payload["amount"], site.pk))
        if self.is_broken:
            raise OSError("The vault is shut.")


def signature(body):
    return hmac.new(SECRET, body, hashlib.sha256).hexdigest()


@pytest.fixture
def bank():
    source = Bank()
    registry.manager.register(source, name="tests.bank")
    registry.rooms.add("tests.bank")
    yield source
    registry.manager.unregister(source)
    registry.rooms.discard("tests.bank")


def send(client, said, signed=None, source="bank"):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {} if signed == "" else {"X-Signature": signed or signature(body)}
    return client.post(f"/hooks/{source}/", body, content_type="application/json", headers=headers)


def health():
    return next(one.run() for one in hooks.health_checks() if one.name == "webhooks")


PAID = {"id": "e1", "kind": "paid", "amount": 12}


def test_event_is_kept_and_its_effect_follows_from_the_row(client, db, bank):
    assert send(client, PAID).status_code == 204
    assert bank.paid == []  # the answer did not wait for it
    run_now(Job.objects.get(kind="webhooks.handle"))
    site = Site.objects.get(is_default_site=True)
    assert bank.paid == [("paid", 12, site.pk)]
    row = Receipt.objects.get()
    assert (row.provider, row.event_id, row.state) == ("bank", "e1", "done")


def test_event_that_comes_again_is_welcome_and_does_nothing(client, db, bank):
    for _ in range(3):
        assert send(client, PAID).status_code == 204
    job = Job.objects.get(kind="webhooks.handle")
    run_now(job)
    assert send(client, PAID).status_code == 204
    assert Job.objects.filter(kind="webhooks.handle").count() == 1
    assert len(bank.paid) == 1


@pytest.mark.parametrize(
    "said, signed",
    [
        (PAID, "0" * 64),
        (PAID, ""),
        (PAID, "é"),
        (b"\xff\x00 no json", None),
        (b"[]", None),
        (b'{"id": "e1"}', None),
        (b"", None),
    ],
)
def test_what_cannot_be_believed_is_refused_and_leaves_nothing(client, db, bank, said, signed):
    assert send(client, said, signed).status_code == 400
    assert not Receipt.objects.exists()


def test_one_byte_changed_is_refused(client, db, bank):
    body = json.dumps(PAID).encode()
    assert send(client, body + b" ", signature(body)).status_code == 400


def test_source_without_a_secret_believes_nobody(client, db, bank):
    bank.secret = b""
    assert send(client, PAID).status_code == 503
    assert not Receipt.objects.exists()


def test_unknown_source_is_refused(client, db, bank):
    assert send(client, PAID, source="nobody").status_code == 400


def test_giant_event_is_refused_before_it_is_read(client, db, bank):
    assert send(client, b"x" * (LARGEST + 1)).status_code == 413


def test_failed_event_says_why_and_can_be_replayed(client, db, bank, capsys):
    bank.is_broken = True
    send(client, PAID)
    job = Job.objects.get(kind="webhooks.handle")
    for _ in range(3):
        Job.objects.filter(pk=job.pk).update(run_after=None)  # it waits a while between attempts
        job = run_now(job)
    row = Receipt.objects.get()
    assert (job.state, row.state) == ("failed", "failed")
    assert "vault" in row.error
    told = health()
    assert (told.ok, told.warns) == (True, True)
    assert "1 event of the last week failed, of: bank." in told.message
    assert "webhooks replay" in told.remedy
    call_command("webhooks", "list", "--failed")
    assert "paid e1" in capsys.readouterr().out
    bank.is_broken = False
    call_command("webhooks", "replay", str(row.pk))
    run_now(Job.objects.filter(state="queued").get())
    row.refresh_from_db()
    assert (row.state, row.error) == ("done", "")
    assert not health().warns


def test_events_that_failed_long_ago_are_told_no_more(db):
    site = Site.objects.get(is_default_site=True)
    row = Receipt.objects.create(
        provider="bank", event_id="e1", kind="paid", site=site, payload={}, state="failed",
        handled_at=now() - timedelta(days=6),
    )  # fmt: skip
    assert health().warns
    Receipt.objects.filter(pk=row.pk).update(handled_at=now() - timedelta(days=8))
    assert not health().warns


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_leave_one_row_and_one_job(client, bank):
    def one(_):
        try:
            return send(client, PAID).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(20))) == {204}
    assert Receipt.objects.count() == 1
    assert Job.objects.filter(kind="webhooks.handle").count() == 1
