"""What people are told of events."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.contract.pieces import NotificationKind


def all_kinds() -> Sequence[NotificationKind]:
    """Return the kinds, in the order they are chosen from."""
    return [
        NotificationKind(
            "event_reminder",
            _("Reminders of sessions"),
            _("The day before, and when the doors open, for sessions you come to."),
            order=10,
        ),
        NotificationKind(
            "event_changed",
            _("New times"),
            _("When a session you come to moves."),
            order=20,
        ),
        NotificationKind(
            "event_cancelled",
            _("Cancelled sessions"),
            _("When a session you come to does not take place."),
            order=30,
        ),
        NotificationKind(
            "place_free",
            _("A place for you"),
            _("When you waited for a place and get one."),
            order=40,
        ),
        NotificationKind(
            "replay_ready",
            _("New replays"),
            _("When a session you signed up for can be watched again."),
            order=50,
        ),
        NotificationKind(
            "replay_expiring",
            _("Replays that go"),
            _("Three days before one you have not finished closes."),
            order=60,
        ),
    ]
