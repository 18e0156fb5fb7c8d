"""The stack under the journeys is a whole one."""

from playwright.sync_api import Page

from core.jobs import services
from core.jobs.models import Job
from tests.stack import Stack
from tests.waiting import until


def test_stack_signs_in_serves_and_works(stack: Stack, page: Page, django_db_blocker):
    page.goto("/account/login/")
    assert page.locator("input[name=login]").is_visible()
    with stack.database(django_db_blocker):
        job = services.enqueue(kind="jobs.forget_old")
        until(lambda: Job.objects.get(pk=job.pk).state == Job.State.SUCCEEDED, seconds=20)
