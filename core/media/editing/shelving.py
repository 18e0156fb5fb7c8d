"""Swaps what plays: one edition's rows are put away as parts, another's are brought out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import now

from core.contract.errors import Cancelled
from core.contract.providers import RenditionDraft
from core.media.models import Asset, PosterCandidate, Rendition
from core.media.queries import named
from core.storage.models import StoredObject
from core.storage.services import keep

from .models import Edition, EditionPart

Role = EditionPart.Role
COLUMNS = (
    *("provider", "kind", "width", "height", "bit_rate", "average_bit_rate", "frame_rate"),
    *("codecs", "duration", "quality", "fence"),
)


def put_away(asset: Asset, edition: Edition) -> None:
    """Turn the rows of what plays into parts of its edition; the bytes stay where they are."""
    rows = list(asset.renditions.all())
    stills = list(asset.poster_candidates.all())
    parts = [_part(edition, Role.RENDITION, row.name, row.object_id, _facts(row)) for row in rows]
    parts += [
        _part(edition, Role.STILL, str(one.position), one.object_id, {"seconds": one.seconds})
        for one in stills
    ]
    if asset.storyboard_id:
        parts.append(_part(edition, Role.STORYBOARD, "storyboard", asset.storyboard_id, {}))
    if asset.waveform_id:
        parts.append(_part(edition, Role.WAVEFORM, "waveform", asset.waveform_id, {}))
    edition.facts = {**edition.facts, "provider": asset.provider, "duration": asset.duration}
    edition.facts |= {"probe": asset.probe, "provider_data": named(asset)}
    Edition.objects.filter(pk=edition.pk).update(facts=edition.facts)
    EditionPart.objects.bulk_create(parts)
    asset.renditions.all().delete()
    asset.poster_candidates.all().delete()


def _facts(row: Rendition) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _part(edition: Edition, role: str, name: str, stored: Any, facts: dict[str, Any]) -> Any:
    return EditionPart(edition=edition, role=role, name=name, object_id=stored, facts=facts)


def bring_out(edition: Edition, asset: Asset) -> None:
    """Turn an edition's parts into the rows that play."""
    parts: dict[str, list[EditionPart]] = {role: [] for role in Role.values}
    for part in edition.parts.select_related("object"):
        parts[part.role].append(part)
    Rendition.objects.bulk_create(
        Rendition(asset=asset, name=one.name, object_id=one.object_id, **one.facts)
        for one in parts[Role.RENDITION]
    )
    PosterCandidate.objects.bulk_create(
        PosterCandidate(
            asset=asset,
            object=one.object,
            position=int(one.name),
            seconds=one.facts["seconds"],
        )
        for one in parts[Role.STILL]
    )
    _point(asset, edition, parts)
    edition.parts.all().delete()


def _point(asset: Asset, edition: Edition, parts: dict[str, list[EditionPart]]) -> None:
    """Write on the asset which edition plays, and what is known of it."""
    probe = edition.facts["probe"]
    values = {
        "edition": edition.number,
        "kept": edition.kept,
        "original": edition.original,
        "file_name": edition.file_name,
        "probe": probe,
        "kind": Asset.Kind.VIDEO if probe.get("video_codec") else Asset.Kind.AUDIO,
        "asked": asset.asked_kind,
        "width": probe.get("width") or None,
        "height": probe.get("height") or None,
        "duration": edition.facts["duration"],
        "provider": edition.facts["provider"],
        "provider_data": edition.facts.pop("provider_data", {}),
        "storyboard_id": _only(parts[Role.STORYBOARD]),
        "waveform_id": _only(parts[Role.WAVEFORM]),
        "changed_at": now(),
    }
    Asset.objects.filter(pk=asset.pk).update(**values)
    Edition.objects.filter(pk=edition.pk).update(facts=edition.facts)
    asset.refresh_from_db()


def _only(parts: list[EditionPart]) -> Any:
    return parts[0].object_id if parts else None


def add_rendition(
    edition: Edition,
    draft: RenditionDraft,
    stored: StoredObject | None,
    *,
    provider: str,
    fence: int,
) -> None:
    """Keep a rendition with an edition; one of that name from a former claim gives way."""
    facts = {name: getattr(draft, name, None) for name in COLUMNS}
    facts |= {"provider": provider, "fence": fence, "duration": draft.duration or None}
    _add(edition, Role.RENDITION, draft.name, stored, facts)


def add(
    edition: Edition, role: str, stored: StoredObject, *, name: str = "", seconds: float = 0.0
) -> None:
    """Keep what lies beside the streams with an edition."""
    _add(edition, role, name or role, stored, {"seconds": seconds} if name else {})


def wanted(edition: Edition, states: Iterable[str] = (Edition.State.PREPARING,)) -> None:
    """Lock an edition; raise ``Cancelled`` where somebody has stopped it meanwhile."""
    rows = Edition.objects.select_for_update(of=("self",)).filter(state__in=states)
    if rows.filter(pk=edition.pk).first() is None:
        raise Cancelled(f"{edition} is not wanted any more.")


def _add(
    edition: Edition, role: str, name: str, stored: StoredObject | None, facts: dict[str, Any]
) -> None:
    wanted(edition)
    EditionPart.objects.update_or_create(
        edition=edition, role=role, name=name, defaults={"object": stored, "facts": facts}
    )
    if stored is not None:
        keep(stored)


def parts_by_number(editions: QuerySet[Edition]) -> dict[int, list[EditionPart]]:
    """Return the parts of editions by their number, in one query."""
    found: dict[int, list[EditionPart]] = {}
    parts = EditionPart.objects.filter(edition__in=editions).select_related("edition", "object")
    for part in parts:
        found.setdefault(part.edition.number, []).append(part)
    return found


def streams_of(parts: Iterable[EditionPart]) -> Iterator[Rendition]:
    """Yield what an edition is played as: rows that are not in the database."""
    for part in parts:
        if part.role == Role.RENDITION and part.facts["kind"] != Rendition.Kind.FILE:
            yield Rendition(name=part.name, object=part.object, **part.facts)


def storyboard_of(parts: Iterable[EditionPart]) -> StoredObject | None:
    """Return an edition's preview pictures."""
    return next((part.object for part in parts if part.role == Role.STORYBOARD), None)
