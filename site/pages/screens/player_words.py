"""What the player says: its errors, its remedies, and how far a preparation is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.media.models import Stage

MINUTE = 60


def words() -> dict[str, Any]:
    """Return what the player's JavaScript may have to say, in the language of the moment."""
    return _words(get_language())


@cache
def _words(_language: str | None) -> dict[str, Any]:
    again = _("Try again")
    return {
        "offline": {
            "title": _("You are offline"),
            "text": _("What you watched is kept here. The video goes on once you are back."),
            "action": again,
        },
        "network": {
            "title": _("The video does not arrive"),
            "text": _("The connection may be slow or gone. Your place is kept."),
            "action": again,
        },
        "refused": {
            "title": _("This video is no longer open to you"),
            "text": _("Your membership may have changed, or you signed out in another window."),
            "action": _("Check again"),
        },
        "media": {
            "title": _("This browser cannot play the video"),
            "text": _("Try again, or use a current version of another browser."),
            "action": again,
        },
        "unsupported": {
            "title": _("This browser cannot play the video"),
            "text": _("Use a current version of Chrome, Edge, Firefox or Safari."),
            "action": "",
        },
        "muted": _("Muted"),
        "unmuted": _("Sound on"),
        "captionsOn": _("Captions on"),
        "captionsOff": _("Captions off"),
        "resumeAt": _("Resume at"),
        "watchAgain": _("Watch again"),
        "completed": _("Lesson complete"),
        "linkCopied": _("Link copied"),
        "linkNotCopied": _("The link could not be copied. Copy it from the address bar."),
        "loopFrom": _("Repeat from"),
        "loopTo": _("Repeating"),
        "loopOff": _("No longer repeating"),
        "loopHere": _("Repeat from here"),
        "loopThere": _("Repeat up to here"),
        "loopStop": _("Stop repeating"),
        "soundOnly": _("Sound only"),
        "pictureToo": _("Picture and sound"),
        "remoteConnecting": _("Connecting…"),
        "remoteOn": _("Playing on another device"),
        "remoteOff": _("Playing here again"),
    }


def preparing(stages: Sequence[Stage], *, is_uploading: bool) -> dict[str, Any]:
    """Say how far a video's preparation is, for whoever waits for it."""
    title = _("This video is on its way")
    if is_uploading or not stages:
        text = _("It is still being uploaded.") if is_uploading else _("It is next in line.")
        return {"kind": "processing", "title": title, "text": text, "progress": 0}
    running = next((stage for stage in stages if stage.state == Stage.State.RUNNING), None)
    return {
        "kind": "processing",
        "title": title,
        "text": " · ".join(filter(None, [running.label, _left(running)])) if running else "",
        "progress": round(sum(map(_part, stages)) / len(stages), 3),
    }


def failure(detail: str) -> dict[str, Any]:
    """Say that a video could not be prepared; ``detail`` is for staff."""
    return {
        "kind": "failed",
        "title": _("This video could not be prepared"),
        "text": detail or _("We know, and mend it. The rest of the lesson is below."),
    }


def _part(stage: Stage) -> float:
    if stage.state in {Stage.State.DONE, Stage.State.SKIPPED}:
        return 1.0
    return stage.progress if stage.state == Stage.State.RUNNING else 0.0


def _left(stage: Stage) -> str:
    if not stage.eta_seconds:
        return ""
    minutes = -(-stage.eta_seconds // MINUTE)
    return ngettext("about %d minute left", "about %d minutes left", minutes) % minutes
