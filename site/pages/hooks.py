"""What the site answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.core.management import call_command

from core.contract import hookimpl
from core.contract.pieces import Door, Schedule
from core.jobs.claims import Claim

from .demo import reel

PUBLISH = "pages.publish_scheduled"


def _publish_scheduled(claim: Claim) -> None:
    call_command("publish_scheduled", verbosity=0)
    claim.succeed()


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(reel.KIND, reel.make, queue="media", on_failed=reel.go_on),
        Door(PUBLISH, _publish_scheduled, lease=timedelta(minutes=5)),
    ]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule(PUBLISH, timedelta(minutes=1))]
