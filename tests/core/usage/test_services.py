"""Money is written down once."""

from __future__ import annotations

from core.contract import tell
from core.contract.verbs import deliver
from core.jobs.models import Job
from core.jobs.services import run_now
from core.usage.models import Expense
from core.usage.queries import spent_on

SPENT = {
    "key": "openai:asset:1:0",
    "service": "openai",
    "micros": 6_000,
    "details": {"what": "whisper-1", "subject": "asset:1", "quantity": 60, "unit": "second"},
}


def test_an_expense_is_written_once_however_often_it_is_told(site):
    tell("money_spent", site_id=site.pk, **SPENT)
    for job in Job.objects.filter(kind="contract.tell", payload__hook="money_spent"):
        run_now(job)
        deliver(**job.payload)
    row = Expense.objects.get()
    assert (row.service, row.micros, row.quantity, row.unit) == ("openai", 6_000, 60, "second")
    assert spent_on("asset:1") == 6_000
    assert spent_on("asset:2") == 0
