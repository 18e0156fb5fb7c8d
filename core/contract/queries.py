"""How a plugin is set."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from . import switches, vault
from .loading import registry

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
