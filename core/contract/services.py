"""The verbs of switches and settings: flip, save, and encrypt anew."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction
from wagtail.log_actions import log

from . import switches, vault
from .loading import registry
from .models import PluginSettings, Switch

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from wagtail.models import Site


@transaction.atomic
def flip(
    *, site: Site, plugin: str, is_on: bool, by: AbstractBaseUser | AnonymousUser | None = None
) -> Switch:
    """Switch a plugin on or off for a site; every process follows within two seconds."""
    switch, _ = Switch.objects.update_or_create(site=site, plugin=plugin, defaults={"is_on": is_on})
    log(
        instance=switch,
        action="lectern.switch",
        user=by,
        data=_told(plugin, site, is_on=is_on),
    )
    _announce()
    return switch


@transaction.atomic
def save_settings(
    *,
    plugin: str,
    values: dict[str, Any],
    forgotten: Iterable[str] = (),
    site: Site | None = None,
    by: AbstractBaseUser | AnonymousUser | None = None,
) -> PluginSettings:
    """Keep what an operator typed; a secret that is left empty stays, unless forgotten.

    The log names the fields that changed and never a value of a secret.
    """
    schema = {setting.name: setting for setting in registry.plugins[plugin].manifest.settings}
    row, _ = PluginSettings.objects.select_for_update().get_or_create(plugin=plugin, site=site)
    changed = []
    for name, value in values.items():
        if schema[name].kind != "secret":
            changed += [name] if row.values.get(name) != value else []
            row.values[name] = value
        elif value:
            changed.append(name)
            row.secrets[name] = vault.seal(value)
    for name in forgotten:
        changed += [name] if row.secrets.pop(name, None) else []
    row.save()
    log(
        instance=row,
        action="lectern.plugin_settings",
        user=by,
        data=_told(plugin, site, fields=sorted(changed)),
    )
    _announce()
    return row


@transaction.atomic
def reseal_all() -> int:
    """Encrypt every secret with the newest key; return how many there are."""
    count = 0
    for row in PluginSettings.objects.select_for_update().exclude(secrets={}):
        row.secrets = {name: vault.reseal(token) for name, token in row.secrets.items()}
        row.save(update_fields=["secrets"])
        count += len(row.secrets)
    _announce()
    return count


def _told(plugin: str, site: Site | None, **more: Any) -> dict[str, Any]:
    return {"plugin": plugin, "site": site.hostname if site else "", **more}


def _announce() -> None:
    switches.forget()
    transaction.on_commit(switches.announce)
