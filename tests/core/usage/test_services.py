"""Money is written down once."""

from __future__ import annotations

from core.contract import tell
from core.contract.verbs import deliver
from core.jobs.models import Job
from core.jobs.services import run_now
from core.usage.models import Expense
from core.usage.queries import Spending, spending_on
from core.usage.services import spend

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


def test_spending_is_summed_by_stage_service_what_and_unit(site):
    for number, (stage, micros) in enumerate([("7/speech", 100), ("7/speech", 20), ("", 3)]):
        details = SPENT["details"] | {"stage": stage, "quantity": 2.5}
        told = {**SPENT, "key": str(number), "micros": micros, "details": details}
        spend(site_id=site.pk, **told)
    elsewhere = {**SPENT, "key": "else", "details": {"subject": "asset:2"}}
    spend(site_id=site.pk, **elsewhere)
    assert spending_on("asset:1") == [
        Spending("", "openai", "whisper-1", "second", 2.5, 3),
        Spending("7/speech", "openai", "whisper-1", "second", 5.0, 120),
    ]
    assert spending_on("asset:3") == []
