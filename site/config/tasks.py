"""Wagtail's small deferred work: in this process, once its transaction has committed."""

from functools import partial
from typing import Any

from django.db import transaction
from django_tasks.backends.immediate import ImmediateBackend
from django_tasks.base import TaskResult


class AfterCommit(ImmediateBackend):
    """Sees what was saved whole: a page's tags are written after the page itself.

    Indexed at once, a page would be found by the tags it had before.
    """

    def _execute_task(self, task_result: TaskResult[Any]) -> None:
        transaction.on_commit(partial(super()._execute_task, task_result))
