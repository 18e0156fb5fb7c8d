"""The small values that hooks exchange: doors, schedules, links, cards, panels, checks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Door:
    """Behind a job's kind: the function that does it, given its claim (``core.jobs.Claim``)."""

    kind: str  # "media.prepare"
    run: Callable[[Any], None]
    queue: str = "default"  # default | mail | playable | media | media-late | speech
    lease: timedelta = timedelta(seconds=30)
    max_attempts: int = 3
    on_failed: Callable[[Any], None] | None = None  # told once, after the last attempt failed


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job kind that is enqueued every so often, once for the whole deployment."""

    kind: str
    every: timedelta
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NavItem:
    """A link in the member's menu; ``icon`` is a Lucide name in the sprite."""

    label: str
    url: str
    icon: str = "puzzle"
    order: int = 100


@dataclass(frozen=True, slots=True)
class Card:
    """A card on the dashboard."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True, slots=True)
class Panel:
    """A tab on a lesson."""

    key: str
    label: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 100


@dataclass(frozen=True, slots=True)
class Broken:
    """Stands where a plugin's piece of a page failed: staff see it named, members nothing."""

    plugin: str
    hook: str
    template: str = "parts/broken.html"
    order: int = 100
    key: str = ""  # no tab leads to it
    is_broken: bool = True

    @property
    def context(self) -> Mapping[str, Any]:
        return {"plugin": self.plugin, "hook": self.hook}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not: a stable code, what happened, and what the person can do about it."""

    code: str  # "sign_in" | "not_yours" | "not_yet" | …
    message: str
    remedy: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Something that is kept by the seconds of an asset, and moves when those change.

    ``count`` says how many there are of an asset; ``move`` takes the asset and the way from the
    seconds that played to those that play (``core.media.editing.timemap.TimeMap``), inside the
    transaction that flips them: what it raises leaves everything as it was. A fixed number of
    statements, however many there are.

    The way also remembers (``core.media.editing.passage.Passage``): ``drop`` what has no place in
    the seconds that come, take it back from ``returning`` when they play again.
    """

    label: str  # "Bookmarks"
    count: Callable[[Any], int]
    move: Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True)
class Reliance:
    """What of a site rests on a plugin: what there is, and what stops while the plugin is off."""

    what: str  # "312 files (4.1 GB) lie at “This machine's disk”."
    consequence: str  # "They cannot be read; nothing is deleted."


@dataclass(frozen=True, slots=True)
class Health:
    """A check's outcome; what is ``ok`` and ``warns`` works, and somebody should look at it."""

    ok: bool
    message: str
    remedy: str = ""
    warns: bool = False


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A named check; ``is_vital`` ones decide /readyz."""

    name: str
    run: Callable[[], Health]
    is_vital: bool = False


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """Something people are told of, and may switch off."""

    name: str  # "event_reminder"; stable: what people chose is kept under it
    label: str  # "Reminders of sessions"
    description: str = ""
    channels: tuple[str, ...] = ("in_app", "email")  # on until somebody switches them off
    who: str = "member"  # member | staff (whoever may enter the admin)
    order: int = 100
