"""The hooks a plugin may answer, by room; this page is the contract."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from .channels import NotificationChannel
    from .events import WebhookSource
    from .pieces import (
        Anchor,
        Card,
        Door,
        Health,
        HealthCheck,
        NavItem,
        NotificationKind,
        Panel,
        Refusal,
        Reliance,
        Schedule,
    )
    from .providers import (
        StorageProvider,
        Transcriber,
        VideoProvider,
    )

hookspec = pluggy.HookspecMarker("lectern")

# Questions are nouns: their answers count. Announcements are past tense: they only tell.

# --- jobs ---------------------------------------------------------------------------------


@hookspec
def jobs() -> Sequence[Door]:
    """Asked: once at start. Return: the doors behind which your jobs run.
    Fail: the plugin is quarantined; its queued jobs wait.
    """


@hookspec
def schedules() -> Sequence[Schedule]:
    """Asked: once when the scheduler starts. Return: job kinds and how often they run.
    Fail: yours do not run; the others do.
    """


@hookspec
def enqueue_job(kind: str, payload: dict[str, Any], site_id: int | None, key: str) -> int | None:
    """Asked: when a lower room has work to hand on. Return: the job's number.
    Fail: the caller's transaction fails with it.
    """


# --- storage ------------------------------------------------------------------------------


@hookspec
def storage_providers() -> Sequence[StorageProvider]:
    """Asked: when bytes are written or read. Return: your places for bytes.
    Fail: your places are not there; what lies in them cannot be read until you answer.
    """


# --- media --------------------------------------------------------------------------------


@hookspec
def video_providers() -> Sequence[VideoProvider]:
    """Asked: when an asset is prepared or played. Return: your video providers.
    Fail: their assets neither prepare nor play until you answer.
    """


@hookspec
def transcribers() -> Sequence[Transcriber]:
    """Asked: when an asset's words are to be written down. Return: your transcribers.
    Fail: others write them; without any, editors upload captions.
    """


@hookspec
def content_origins(site_id: int) -> Sequence[str]:
    """Asked: with every page, also of a site where you are off while another has you on: what lies
    with you still plays there. Return: origins ("https://stream.example") that browsers may fetch
    videos and pictures from; they join the content security policy. Name them exactly where
    `playback` of your video provider answers with an address.
    Fail: browsers refuse what lies there.
    """


@hookspec
def allowance(site_id: int, what: str, amount: int) -> Refusal | None:
    """Asked: before a site spends (``what`` = "upload.bytes"). Return: a refusal, or None.
    Fail: closed; the spending is refused.
    """


@hookspec
def asset_playable(asset_id: str, site_id: int) -> None:
    """Told: after an asset's first rendition is published. Return: nothing.
    Fail: retried, at most three times.
    """


@hookspec
def asset_ready(asset_id: str, site_id: int) -> None:
    """Told: after an asset's last rendition is published. Return: nothing.
    Fail: retried, at most three times.
    """


@hookspec
def asset_failed(asset_id: str, site_id: int, reason: str) -> None:
    """Told: after an asset's preparation has failed for good. Return: nothing.
    Fail: retried, at most three times.
    """


@hookspec
def anchors(site_id: int) -> Sequence[Anchor]:
    """Asked: when a cut or another file changes the seconds of an asset. Return: what you keep by
    its seconds, and how it moves. Fail: yours stay where they were; what an anchor raises while it
    moves leaves the asset as it was.
    """


@hookspec
def asset_edited(asset_id: str, site_id: int) -> None:
    """Told: after another version of an asset plays: cut, replaced, or gone back to.
    Return: nothing. Fail: retried, at most three times.
    """


@hookspec
def transcript_ready(asset_id: str, site_id: int, language: str) -> None:
    """Told: after the words that members read of an asset have changed. Return: nothing.
    Fail: retried, at most three times.
    """


@hookspec
def transcript_failed(asset_id: str, site_id: int, reason: str) -> None:
    """Told: after the words of an asset could not be written down, for good. Return: nothing.
    Fail: retried, at most three times.
    """


# --- usage --------------------------------------------------------------------------------


@hookspec
def money_spent(site_id: int, key: str, service: str, micros: int, details: dict[str, Any]) -> None:
    """Told: after an outside service took money: ``micros`` millionths of a dollar, for
    ``details`` ("what", "subject", "quantity", "unit"; "stage", as ``work.spend`` names it); a
    second one with the same ``key`` is void.
    Return: nothing.
    Fail: retried, at most three times.
    """


# --- access -------------------------------------------------------------------------------


@hookspec
def refusals(member: Any, thing: Any, page: Any, at: datetime) -> Refusal | None:
    """Asked: before a member sees a page or an asset (``page``: on which one, None for a page).
    Return: why not, or None. Fail: closed; the member does not see it.
    """


# --- progress -----------------------------------------------------------------------------


@hookspec
def lesson_completed(member_id: int, page_id: int, site_id: int) -> None:
    """Told: after a member has completed a page for the first time. Return: nothing.
    Fail: retried, at most three times.
    """


# --- members ------------------------------------------------------------------------------


@hookspec
def member_joined(member_id: int, site_id: int) -> None:
    """Told: after a member has registered. Return: nothing.
    Fail: retried, at most three times.
    """


# --- notifications ------------------------------------------------------------------------


@hookspec
def notification_kinds() -> Sequence[NotificationKind]:
    """Asked: when somebody is told something, and where they choose what reaches them.
    Return: the kinds you tell of. Fail: yours are neither told nor shown.
    """


@hookspec
def notification_channels() -> Sequence[NotificationChannel]:
    """Asked: when somebody is told something, and where they choose what reaches them.
    Return: your ways of telling. Fail: what waits for them is tried again later.
    """


# --- pages --------------------------------------------------------------------------------


@hookspec
def navigation(request: HttpRequest) -> Sequence[NavItem]:
    """Asked: when the member's menu is drawn. Return: links to your screens.
    Fail: your links are missing.
    """


@hookspec
def dashboard_cards(request: HttpRequest) -> Sequence[Card]:
    """Asked: when the dashboard is drawn. Return: cards, each a template and its context.
    Fail: staff see a named box in their place, members see nothing.
    """


@hookspec
def lesson_panels(request: HttpRequest, page: Any) -> Sequence[Panel]:
    """Asked: when a lesson is drawn. Return: tabs beside Overview and Notes.
    Fail: staff see a named box in their place, members see nothing.
    """


# --- webhooks -----------------------------------------------------------------------------


@hookspec
def webhook_sources() -> Sequence[WebhookSource]:
    """Asked: when an event comes in at /hooks/<name>/. Return: the services you listen to.
    Fail: their events are answered 400 and sent again later.
    """


# --- operating ----------------------------------------------------------------------------


@hookspec
def health_checks() -> Sequence[HealthCheck]:
    """Asked: by Features, ``manage.py doctor`` and /readyz. Return: named checks.
    Fail: shown as a failed check with your name.
    """


@hookspec
def reliances(plugin: str, site_id: int) -> Sequence[Reliance]:
    """Asked: before an operator switches a plugin off for a site. Return: what stops working there.
    Fail: yours is not named; the operator may still switch.
    """


@hookspec
def test_connection(values: dict[str, Any]) -> Health:
    """Asked: of you alone, when an operator presses "Test connection" beside your settings.
    Return: whether ``values`` (as typed, secrets decrypted) reach your service.
    Fail: shown as a failed test.
    """
