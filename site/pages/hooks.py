"""What the site answers to the contract."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.management import call_command

from core.contract import hookimpl
from core.contract.pieces import Anchor, Door, NotificationKind, Refusal, Schedule
from core.jobs.claims import Claim

from . import anchors as page_anchors
from .demo import reel
from .events import access, kinds
from .events import jobs as events
from .events.changes import FOLLOW
from .events.telling import TELL
from .podcasts import drip, importing, outcomes
from .search import spoken

PUBLISH = "pages.publish_scheduled"


def _publish_scheduled(claim: Claim) -> None:
    call_command("publish_scheduled", verbosity=0)
    claim.succeed()


@hookimpl
def jobs() -> Sequence[Door]:
    return [
        Door(reel.KIND, reel.make, queue="media-late", on_failed=reel.go_on),
        Door(PUBLISH, _publish_scheduled, lease=timedelta(minutes=5)),
        Door(outcomes.READ, importing.read_feed, lease=timedelta(minutes=2)),
        Door(outcomes.EPISODE, importing.import_episode, lease=timedelta(minutes=5)),
        Door(FOLLOW, events.follow),
        Door(TELL, events.tell, lease=timedelta(minutes=2)),
    ]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule(PUBLISH, timedelta(minutes=1)), Schedule(FOLLOW, timedelta(minutes=1))]


@hookimpl
def anchors(site_id: int) -> Sequence[Anchor]:
    del site_id
    return page_anchors.anchors()


@hookimpl
def notification_kinds() -> Sequence[NotificationKind]:
    return kinds.all_kinds()


@hookimpl
def refusals(member: Any, thing: Any, page: Any, at: datetime) -> Refusal | None:
    return access.against_replay(thing, page, at) or drip.refusal(member, thing, at)


@hookimpl
def transcript_ready(asset_id: str, site_id: int, language: str) -> None:
    del site_id, language
    spoken.reindex(UUID(asset_id))
