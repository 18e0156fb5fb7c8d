"""Which preparation a stage belongs to: each version has its own, and what comes later too.

An asset's own stages (``asset.stages``) are those of what plays. What is prepared beside it keeps
its stages to itself, until it plays.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from core.media.models import Asset, Preparation, Rendition, Stage

Cause = Preparation.Cause
FACTS = ("name", "kind", "width", "height", "average_bit_rate", "bit_rate", "codecs", "quality")


def of_playing(asset: Asset) -> Preparation:
    """Return the preparation of what plays; written down when it is asked for the first time."""
    return _known(asset) or _first(asset)


def _known(asset: Asset) -> Preparation | None:
    rows = asset.preparations.filter(
        edition=asset.edition, provider=asset.provider, has_played=True
    )
    found: Preparation | None = rows.exclude(cause=Cause.IMPROVED).last()
    return found


def _first(asset: Asset) -> Preparation:
    report, _is_new = Preparation.objects.update_or_create(
        asset=asset,
        key=edition_key(asset.edition),
        defaults={"provider": asset.provider, "has_played": True},
        create_defaults={
            "cause": Cause.FIRST,
            "edition": asset.edition,
            "provider": asset.provider,
            "has_played": True,
        },
    )
    asset.stages.filter(is_late=False).update(preparation=report)
    late = asset.stages.filter(is_late=True)
    if late.exists():
        late.update(preparation=of_improving(report))
    return report


def beside(asset: Asset, *, key: str, cause: str, edition: int, provider: str) -> Preparation:
    """Return the preparation of what does not play yet, as ``edition:2`` or ``move:7``."""
    of_playing(asset)  # what plays is written down first
    values = {"cause": cause, "edition": edition, "provider": provider}
    report, _is_new = Preparation.objects.get_or_create(asset=asset, key=key, defaults=values)
    return report


def of_edition(asset: Asset, *, number: int, cause: str, provider: str) -> Preparation:
    """Return the preparation of another version of an asset."""
    return beside(asset, key=edition_key(number), cause=cause, edition=number, provider=provider)


def edition_key(number: int) -> str:
    return f"edition:{number}"


def of_move(asset: Asset, *, number: int, provider: str) -> Preparation:
    """Return the preparation of an asset's copy at another provider."""
    return beside(
        asset,
        key=move_key(number),
        cause=Cause.MOVED,
        edition=asset.edition,
        provider=provider,
    )


def move_key(number: int) -> str:
    return f"move:{number}"


def of_improving(report: Preparation) -> Preparation:
    """Return what is done once that which a preparation made plays."""
    found, _is_new = Preparation.objects.get_or_create(
        asset_id=report.asset_id,
        key=late_key(report),
        defaults={
            "cause": Cause.IMPROVED,
            "edition": report.edition,
            "provider": report.provider,
            "has_played": True,
        },
    )
    return found


def late_key(report: Preparation) -> str:
    return f"late:{report.pk}"


def asset_shown(report: Preparation) -> Asset | None:
    """Return the asset whose own stages a preparation's are, or None while another plays."""
    asset: Asset = report.asset
    is_same = (report.edition, report.provider) == (asset.edition, asset.provider)
    return asset if report.has_played and is_same else None


def put_away(asset: Asset) -> None:
    """What plays is about to give way: keep what came of its preparation, end what goes on."""
    report = of_playing(asset)
    rows = asset.renditions.filter(Q(provider=asset.provider) | Q(kind=Rendition.Kind.FILE))
    report.made = [facts_of(row) for row in rows.select_related("object")]
    report.save(update_fields=["made"])
    asset.stages.filter(state__in=[Stage.State.WAITING, Stage.State.RUNNING]).update(
        state=Stage.State.SKIPPED, eta_seconds=None, finished_at=now()
    )


def facts_of(row: Rendition) -> dict[str, Any]:
    """Return what a report tells of a rendition; ``size`` in bytes."""
    size = {"size": row.object.size if row.object else None}
    return {name: getattr(row, name) for name in FACTS} | size


def bring_out(asset: Asset, report: Preparation | None = None) -> None:
    """Another version plays: the asset's stages are those of its preparation from now on.

    Stages written before each preparation had its own stay where they are.
    """
    if report is not None:
        Preparation.objects.filter(pk=report.pk).update(has_played=True)
    found = _known(asset)
    if found is None or not found.stages.filter(is_late=False).exists():
        return
    late = asset.preparations.filter(key=late_key(found)).first()
    asset.stages.exclude(preparation__in=[found, late] if late else [found]).update(asset=None)
    Stage.objects.filter(preparation=found, is_late=False).update(asset=asset)
    if late is not None:
        Stage.objects.filter(preparation=late).update(asset=asset)


def stage_key(report: Preparation, name: str) -> str:
    """Return how an expense names a stage (``core.usage.models.Expense.stage``)."""
    return f"{report.pk}/{name}"
