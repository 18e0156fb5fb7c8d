"""The doorbell: Celery carries "look at job N" and nothing else."""

from __future__ import annotations

from functools import cache
from typing import Any

import structlog
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

LOOK = "lectern.look"


@cache
def _sender(address: str) -> Celery:
    """A producer only, so that no process but the worker needs the worker's app."""
    sender = Celery("lectern-bell", broker=address, set_as_current=False)
    sender.conf.update(
        broker_transport_options={
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
            "max_retries": 1,  # somebody's request waits for this; the sweeper rings again
            "interval_start": 0,
            "interval_step": 0,
        },
        broker_connection_retry=False,
        task_ignore_result=True,
        broker_pool_limit=4,
    )
    return sender


def ring(job_id: int, queue: str) -> bool:
    """Tell a worker to look at a job; False when Redis is away (the sweeper rings later)."""
    try:
        sender = _sender(settings.REDIS_URL)
        sender.send_task(LOOK, args=[job_id], queue=queue, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("doorbell_unheard", job=job_id, queue=queue, error=str(error))
        return False
    return True


def lying(queue: str) -> int | None:
    """How many bells of a queue nobody has taken yet; None where the broker does not say."""
    line: Any = _sender(settings.REDIS_URL).connection_for_read()  # each broker has its own errors
    with line:
        try:
            return int(line.default_channel.queue_declare(queue, passive=True).message_count)
        except line.channel_errors:  # there is no such list: nothing lies in it
            return 0
        except (*line.connection_errors, OperationalError, OSError) as error:
            log.warning("bells_uncounted", queue=queue, error=str(error))
            return None
