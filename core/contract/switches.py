"""Which plugin is on where: one snapshot a process, renewed when its version in Redis moves."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.cache import cache
from redis.exceptions import RedisError

from .loading import registry

if TYPE_CHECKING:
    from wagtail.models import Site

log = logging.getLogger(__name__)

VERSION_KEY = "lectern.switches"
LOOK_EVERY = 1.0  # seconds between two looks at the version
READ_AGAIN_AFTER = 60.0  # seconds after which the rows are read whatever the version says


@dataclass(slots=True)
class Snapshot:
    """The rows of both tables at one version."""

    version: str
    read_at: float
    looked_at: float
    switches: dict[tuple[int, str], bool] = field(default_factory=dict)
    sites: frozenset[int] = frozenset()
    settings: dict[tuple[int | None, str], tuple[dict[str, Any], dict[str, str]]] = field(
        default_factory=dict
    )
    origins: dict[int, tuple[str, ...]] = field(default_factory=dict)  # worked out once
    is_elsewhere: bool | None = None  # the same for all sites together


_lock = threading.Lock()
_current: Snapshot | None = None


def is_on(plugin: str, site: Site | int | None = None) -> bool:
    """Tell whether a plugin is on for a site; without a site: for any.

    The house's own rooms are always on; what is quarantined or not installed never is.
    """
    if plugin in registry.rooms:
        return True
    loaded = registry.plugins.get(plugin)
    if loaded is None:
        return False
    rows = snapshot()
    default = loaded.manifest.default_on
    if site is not None:
        site_id = site if isinstance(site, int) else site.pk
        return rows.switches.get((site_id, plugin), default)
    return any(rows.switches.get((site_id, plugin), default) for site_id in rows.sites) or (
        not rows.sites and default
    )


def is_on_elsewhere(plugin: str, site_id: int) -> bool:
    """Tell whether a plugin is on for any other site."""
    return any(is_on(plugin, other) for other in snapshot().sites - {site_id})


def snapshot() -> Snapshot:
    """Return the rows, read again when another process has moved the version."""
    current, now = _current, time.monotonic()
    if current is not None and now - current.looked_at < LOOK_EVERY:
        return current
    with _lock:
        if _current is not None and now - _current.looked_at < LOOK_EVERY:
            return _current
        return _renew(now)


def forget() -> None:
    """Read the rows afresh at the next question, in this process."""
    global _current  # noqa: PLW0603 - one snapshot a process is the point
    _current = None


def announce() -> None:
    """Move the version, so that every process reads the rows again within a second."""
    forget()
    try:
        cache.set(VERSION_KEY, uuid.uuid4().hex, timeout=None)
    except RedisError:
        log.warning("switches: Redis is away, others follow within a minute")


def _renew(now: float) -> Snapshot:
    global _current  # noqa: PLW0603
    version = _version()
    if (
        _current is not None
        and version == _current.version
        and now - _current.read_at < READ_AGAIN_AFTER
    ):
        _current.looked_at = now
    else:
        _current = _read(version, now)
    return _current


def _version() -> str:
    try:
        return cache.get(VERSION_KEY) or ""
    except RedisError:
        return ""


def _read(version: str, now: float) -> Snapshot:
    switches = apps.get_model("core", "Switch").objects.values_list("site_id", "plugin", "is_on")
    typed = apps.get_model("core", "PluginSettings").objects.values_list(
        "site_id", "plugin", "values", "secrets"
    )
    sites = apps.get_model("wagtailcore", "Site").objects.values_list("pk", flat=True)
    return Snapshot(
        version=version,
        read_at=now,
        looked_at=now,
        switches={(site, plugin): is_on for site, plugin, is_on in switches},
        sites=frozenset(sites),
        settings={(site, plugin): (values, secrets) for site, plugin, values, secrets in typed},
    )
