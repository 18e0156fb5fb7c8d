"""How a plugin is set."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from . import switches, vault
from .loading import registry
from .verbs import ask

if TYPE_CHECKING:
    from wagtail.models import Site

log = logging.getLogger(__name__)


def settings_of(plugin: str, site: Site | int | None = None) -> dict[str, Any]:
    """Return a plugin's settings: its defaults, the deployment's, then the site's.

    Secrets come decrypted; one that no key can read comes as its default, and is logged.
    """
    values = registry.plugins[plugin].manifest.defaults()
    site_id = getattr(site, "pk", site)
    for scope in (None,) if site_id is None else (None, site_id):
        plain, sealed = switches.snapshot().settings.get((scope, plugin), ({}, {}))
        values |= plain | _opened(plugin, sealed)
    return values


def content_origins(site_id: int) -> tuple[str, ...]:
    """Return where browsers may fetch videos and pictures from, besides the site itself.

    Whoever is on for any site is asked, as when something is played: what lies at a provider plays
    on where this site has it off. Asked once for as long as switches and settings stay the same.
    """
    kept = switches.snapshot().origins
    if site_id not in kept:
        kept[site_id] = tuple(sorted(set(ask("content_origins", site_id=site_id))))
    return kept[site_id]


def content_origins_of_all() -> tuple[str, ...]:
    """Return the origins of all sites together: the admin shows what belongs to any of them."""
    sites = switches.snapshot().sites
    return tuple(sorted({origin for site_id in sites for origin in content_origins(site_id)}))


def has_content_elsewhere() -> bool:
    """Tell whether any site's videos or pictures lie elsewhere; worked out once, like those."""
    rows = switches.snapshot()
    if rows.is_elsewhere is None:
        rows.is_elsewhere = any(content_origins(site_id) for site_id in rows.sites)
    return rows.is_elsewhere


def _opened(plugin: str, sealed: dict[str, str]) -> dict[str, str]:
    opened = {}
    for name, token in sealed.items():
        try:
            opened[name] = vault.unseal(token)
        except vault.SecretUnreadable:
            log.exception(
                "plugin %s: the secret %s cannot be read with today's keys",
                plugin,
                name,
            )
    return opened
