"""A worker that no longer hears its bell ends, and whoever keeps it starts it anew.

A connection that breaks while a message is acknowledged can leave Celery connected and deaf: it
lives, and takes no message any more. So an idle worker calls itself by its own queue, and one
that hears nothing of it for a while ends. Nothing is lost: the rows are the truth.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from celery import signals
from celery.worker import state
from django.conf import settings
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from core.jobs.crews import announce

from .app import app

log = structlog.get_logger(__name__)

CALL_EVERY = 5.0  # seconds
DEAF = 70  # exit code: EX_SOFTWARE


@dataclass
class Ears:
    """Decides whether a worker is deaf; ``call`` sends a message that it should hear."""

    call: Callable[[], None]
    is_busy: Callable[[], bool]
    patience: float  # seconds without a sound after which an idle worker is deaf
    clock: Callable[[], float] = time.monotonic
    heard_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.heard_at = self.clock()

    def heard(self) -> None:
        self.heard_at = self.clock()

    def is_deaf(self) -> bool:
        """Call, and tell whether calls have gone unheard for too long; busy is not deaf."""
        if self.is_busy():
            self.heard()
            return False
        try:
            self.call()
        except (OperationalError, OSError):  # Redis is away: nobody could hear anything
            self.heard()
            return False
        return self.clock() - self.heard_at > self.patience


@signals.worker_ready.connect
def _listen(sender: Any, **_: Any) -> None:
    """Begin to listen in a worker's main process, beside its pool."""
    queue = next(iter(sender.task_consumer.queues)).name
    slots = sender.pool.num_processes

    def call() -> None:
        with app.connection_for_write() as line:
            app.send_task("lectern.hear", queue=queue, connection=line, expires=CALL_EVERY * 4)

    ears = Ears(
        call=call,
        is_busy=lambda: len(state.reserved_requests) >= slots,
        patience=settings.WORKER_PATIENCE_SECONDS,
    )
    signals.task_received.connect(lambda **_: ears.heard(), weak=False)
    queues = [one.name for one in sender.task_consumer.queues]
    present = partial(_be_present, queues, _own_name(sender), slots)
    threading.Thread(target=_watch, args=(ears, present), name="ears", daemon=True).start()


def _own_name(worker: Any) -> str:
    return f"{worker.hostname}:{os.getpid()}"  # two on one machine may have one name


def _be_present(queues: Sequence[str], worker: str, slots: int) -> None:
    """Let others count on this worker; where Redis is away nobody counts."""
    with suppress(RedisError):
        announce(queues, worker=worker, slots=slots)


def _watch(ears: Ears, present: Callable[[], None]) -> None:
    while not ears.is_deaf():
        present()
        time.sleep(CALL_EVERY)
    log.error("worker_is_deaf", silent_seconds=round(ears.clock() - ears.heard_at))
    os.kill(os.getpid(), signal.SIGTERM)  # finish what is in hand
    while state.reserved_requests:
        time.sleep(CALL_EVERY)
    time.sleep(CALL_EVERY)
    os._exit(DEAF)
