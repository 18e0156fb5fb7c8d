"""What storage answers to the house's own questions."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from core.contract import ask, hookimpl
from core.contract.errors import StorageError
from core.contract.pieces import Door, Health, HealthCheck, Schedule

from .services import sweep_doomed


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door("storage.sweep", _sweep)]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("storage.sweep", every=timedelta(minutes=10))]


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("storage_privacy", _storage_was_private, is_vital=True)]


def storage_is_private() -> Health:
    """Prove at every place that a stranger cannot read what the house stores."""
    for provider in ask("storage_providers"):
        try:
            if not provider.refuses_anonymous_reads():
                return Health(
                    ok=False,
                    message=_("A stranger can read files at “%(place)s”.")
                    % {"place": provider.label},
                    remedy=_("Close it to the public, then run the check again."),
                )
        except StorageError as error:
            return Health(ok=False, message=str(error), remedy=_("Mend the place, then check."))
    return Health(ok=True, message=_("Every place refuses strangers."))


def _storage_was_private() -> Health:
    """Probes ask for readiness every few seconds; a minute-old proof will do."""
    return _proof(int(time.monotonic() // 60))


@lru_cache(maxsize=1)
def _proof(_minute: int) -> Health:
    return storage_is_private()


def _sweep(claim: Any) -> None:
    claim.succeed(deleted=sweep_doomed())
