"""What Features shows of each plugin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from core.contract import discovery, fitting, health, reports
from core.contract.loading import registry
from core.contract.switches import is_on

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wagtail.models import Site

    from core.contract.discovery import Found
    from core.contract.health import Finding
    from core.contract.manifest import Manifest
    from core.contract.reports import Report

HEALTH_KEPT = 20  # seconds for which the list does not ask again


@dataclass(frozen=True, slots=True)
class SiteState:
    """A plugin's switch for one site."""

    site: Site
    is_on: bool

    @property
    def name(self) -> str:
        return str(self.site.site_name or self.site.hostname)


@dataclass(frozen=True, slots=True)
class Feature:
    """One plugin as an operator sees it."""

    name: str
    label: str
    summary: str
    version: str
    origin: str
    state: str  # running | resting | quarantined | off
    reason: str = ""
    remedy: str = ""
    sites: Sequence[SiteState] = ()
    manifest: Manifest | None = None
    breakers: Sequence[Report] = ()
    findings: Sequence[Finding] = ()
    hooks: Sequence[str] = field(default_factory=tuple)

    @property
    def state_label(self) -> str:
        return {
            "running": _("Running"),
            "resting": _("Left alone for a while"),
            "quarantined": _("Quarantined"),
            "off": _("Off here"),
        }[self.state]

    @property
    def worst(self) -> Finding | None:
        return next((finding for finding in self.findings if not finding.health.ok), None)

    @property
    def wary(self) -> Finding | None:
        return next((finding for finding in self.findings if finding.health.warns), None)


def features(sites: Sequence[Site], *, fresh: bool = False) -> list[Feature]:
    """Return every plugin that is installed, the troubled ones first."""
    off = set(getattr(settings, "PLUGINS_OFF", ()))
    safe_mode = getattr(settings, "SAFE_MODE", False)
    found = {plugin.name: plugin for plugin in discovery.find()}
    for loaded in registry.plugins.values():
        found.setdefault(loaded.name, loaded.found)
    for kept_out in registry.quarantine.values():
        found.setdefault(kept_out.name, kept_out.found)
    rows = [
        _feature(plugin, sites, off=safe_mode or plugin.name in off, fresh=fresh)
        for plugin in found.values()
    ]
    order = {"quarantined": 0, "resting": 1, "running": 2, "off": 3}
    return sorted(rows, key=lambda row: (order[row.state], row.name))


def _feature(found: Found, sites: Sequence[Site], *, off: bool, fresh: bool) -> Feature:
    if found.name in registry.quarantine:
        return _quarantined(found)
    if off or found.name not in registry.plugins:
        return _off(found)
    manifest = registry.plugins[found.name].manifest
    breakers = reports.board(found.name)
    return Feature(
        name=found.name,
        label=manifest.label,
        summary=manifest.summary,
        version=manifest.version,
        origin=_origin(found),
        state="resting" if breakers else "running",
        sites=[SiteState(site, is_on(found.name, site)) for site in sites],
        manifest=manifest,
        breakers=breakers,
        findings=_findings(found.name, fresh=fresh),
        hooks=[hook for hook in fitting.spec_names() if _answers(found.name, hook)],
    )


def _quarantined(found: Found) -> Feature:
    kept_out = registry.quarantine[found.name]
    return Feature(
        name=found.name,
        label=fitting.label_of(found.name),
        summary="",
        version=found.version,
        origin=_origin(found),
        state="quarantined",
        reason=kept_out.reason,
        remedy=kept_out.remedy,
    )


def _off(found: Found) -> Feature:
    if getattr(settings, "SAFE_MODE", False):
        reason = _("SAFE_MODE is on: the site has started without plugins.")
        remedy = _("Start without SAFE_MODE.")
    elif found.name in getattr(settings, "PLUGINS_OFF", ()):
        reason = _("PLUGINS_OFF names it: it is off for the whole deployment.")
        remedy = _("Take it out of PLUGINS_OFF and restart.")
    else:
        reason = _("It was installed after this process started.")
        remedy = _("Restart.")
    return Feature(
        name=found.name,
        label=fitting.label_of(found.name),
        summary="",
        version=found.version,
        origin=_origin(found),
        state="off",
        reason=reason,
        remedy=remedy,
    )


def _origin(found: Found) -> str:
    if found.is_bundled:
        return _("Bundled")
    return found.distribution or found.module


def _answers(plugin: str, hook: str) -> bool:
    return any(impl.plugin_name == plugin for impl in registry.impls(hook))


def _findings(plugin: str, *, fresh: bool) -> list[Finding]:
    key = f"lectern.health.{plugin}"
    kept: list[Finding] | None = None if fresh else cache.get(key)
    if kept is None:
        kept = health.findings(plugin)
        cache.set(key, kept, timeout=HEALTH_KEPT)
    return kept
