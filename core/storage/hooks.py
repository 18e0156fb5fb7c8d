"""What storage answers to the house's own questions."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.contract import answers_of, ask, hookimpl, is_on_elsewhere
from core.contract.errors import StorageError
from core.contract.pieces import Door, Health, HealthCheck, Reliance, Schedule

from .models import StoredObject
from .services import sweep_doomed


@hookimpl
def jobs() -> Sequence[Door]:
    return [Door("storage.sweep", _sweep)]


@hookimpl
def schedules() -> Sequence[Schedule]:
    return [Schedule("storage.sweep", every=timedelta(minutes=10))]


@hookimpl
def health_checks() -> Sequence[HealthCheck]:
    return [HealthCheck("storage_privacy", _storage_was_private, is_vital=True)]


@hookimpl
def reliances(plugin: str, site_id: int) -> Sequence[Reliance]:
    """Name the files that lie in a plugin's places, and whether new ones would find one."""
    places = {place.name: place.label for place in answers_of(plugin, "storage_providers")}
    rows = StoredObject.objects.filter(site=site_id, provider__in=places, doomed_at=None)
    kept = rows.values("provider").annotate(files=Sum("files"), bytes=Sum("size"))
    found = [_lying_at(places[row["provider"]], row, plugin, site_id) for row in kept]
    if settings.STORAGE_PROVIDER in places:
        found.append(
            Reliance(
                what=_("New files are kept at “%(place)s”.")
                % {"place": places[settings.STORAGE_PROVIDER]},
                consequence=_("Uploads are refused until it is on again."),
            )
        )
    return found


def _lying_at(label: str, row: Mapping[str, Any], plugin: str, site_id: int) -> Reliance:
    what = ngettext(
        "One file (%(size)s) lies at “%(place)s”.",
        "%(count)s files (%(size)s) lie at “%(place)s”.",
        row["files"],
    ) % {"count": row["files"], "size": filesizeformat(row["bytes"]), "place": label}
    if is_on_elsewhere(plugin, site_id):
        return Reliance(what, _("What is there can still be read, because another site has it on."))
    return Reliance(
        what, _("They cannot be watched, shown or downloaded while it is off. Nothing is deleted.")
    )


def storage_is_private() -> Health:
    """Prove at every place that a stranger cannot read what the house stores."""
    for provider in ask("storage_providers"):
        try:
            if not provider.refuses_anonymous_reads():
                return Health(
                    ok=False,
                    message=_("A stranger can read files at “%(place)s”.")
                    % {"place": provider.label},
                    remedy=_("Close it to the public, then run the check again."),
                )
        except StorageError as error:
            return Health(ok=False, message=str(error), remedy=_("Mend the place, then check."))
    return Health(ok=True, message=_("Every place refuses strangers."))


def _storage_was_private() -> Health:
    """Probes ask for readiness every few seconds; a minute-old proof will do."""
    return _proof(int(time.monotonic() // 60))


@lru_cache(maxsize=1)
def _proof(_minute: int) -> Health:
    return storage_is_private()


def _sweep(claim: Any) -> None:
    claim.succeed(deleted=sweep_doomed(tick=lambda: claim.progress(0.0)))
