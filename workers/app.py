"""The Celery app; run it with ``celery -A workers.app worker -Q`` and the queues it is for.

They are ``default,mail,playable,media,media-late,speech``. Of several, those whose name comes first
in the alphabet are heard first.
"""

from __future__ import annotations

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")  # noqa: TID251

from celery import Celery, signals
from django.conf import settings

from core.jobs import pulse
from core.jobs.limits import die_with_parent

app = Celery("lectern", broker=settings.REDIS_URL)
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,
        "queue_order_strategy": "sorted",  # "media" before "media-late"
    },
    task_ignore_result=True,
    task_default_queue="default",
    task_acks_late=False,  # the row is the truth; a lost bell is rung again
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_max_tasks_per_child=200,
    worker_send_task_events=False,
    worker_enable_remote_control=False,
    worker_lost_wait=1,
    timezone="UTC",
    beat_schedule={"tick": {"task": "lectern.tick", "schedule": 2.0, "options": {"expires": 10}}},
    beat_scheduler="celery.beat:Scheduler",
    beat_max_loop_interval=2,
)
app.autodiscover_tasks(["workers"], related_name="tasks")


@signals.worker_process_init.connect
def _tie_to_parent(**_: Any) -> None:
    """A pool process ends with its worker, what it runs ends with it; it shows that it lives."""
    die_with_parent(os.getppid())
    pulse.OWN.begin()
