"""The verbs of editing: cut, replace, flip, go back, let go, fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.contract import ask, tell
from core.contract.errors import PermanentError
from core.jobs.queries import jobs_of
from core.jobs.services import cancel, enqueue
from core.media.models import Asset, Preparation, Rendition, Upload
from core.media.moving.models import Move
from core.media.moving.services import KEEP
from core.media.services import reports
from core.media.services.preparation import (
    STILL_READ,
    end_beside,
    give_up_beside,
    is_being_edited,
    make_offered_file,
)
from core.storage.models import StoredObject
from core.storage.services import doom, keep

from . import shelving
from .errors import CannotEdit, Occupied
from .models import Edition, EditionPart
from .passage import passage
from .queries import aligned_with, line_of, playing
from .ranges import cleaned, shift, spans

KIND = "media.edit"
TOLERANCE = 0.5  # seconds a version may differ from what was asked for


def cut(*, asset: Asset, kept: Iterable[Sequence[float]], by: Any = None) -> Edition:
    """Have a version of an asset prepared that plays ``kept`` ranges of its original.

    The original stays as it is, and what plays goes on until the new version is whole. Raises
    ``CannotEdit``.
    """
    with transaction.atomic():
        row = _editable(asset)
        ranges = cleaned(kept, row)
        if ranges == row.kept:
            raise CannotEdit(_("This is what plays already."))
        return _begin(row, Edition.Cause.CUT, by, original=row.original, kept=ranges)


def replace_original(
    *,
    asset: Asset,
    original: StoredObject,
    file_name: str,
    by: Any = None,
    offset: float = 0.0,
    removed: Sequence[Sequence[float]] = (),
) -> Edition:
    """Have another file prepared for an asset; it plays once it is whole.

    The same moment comes ``offset`` seconds later than in the file before; ``removed`` names
    what of that one is left out. Raises ``CannotEdit``.
    """
    with transaction.atomic():
        row = _editable(asset)
        lies = {"offset": shift(float(offset)), "removed": [list(one) for one in spans(removed)]}
        return _begin(
            row,
            Edition.Cause.REPLACED,
            by,
            original=original,
            file_name=file_name,
            facts={"lies": lies},
        )


def take_in(*, upload: Upload, stored: StoredObject | None, error: str = "") -> Edition:
    """Begin with an uploaded file that replaces another's, or write down why it can't be.

    Raises ``Occupied`` while other work on the asset goes on.
    """
    lies = upload.replaces or {}
    try:
        if stored is None:
            raise CannotEdit(error)
        edition = replace_original(
            asset=upload.asset,
            original=stored,
            file_name=upload.file_name,
            by=upload.member,
            offset=lies.get("offset", 0.0),
            removed=lies.get("removed", ()),
        )
    except Occupied:
        raise
    except CannotEdit as refusal:
        return refuse(upload, str(refusal))
    keep(stored)
    return edition


def refuse(upload: Upload, error: str) -> Edition:
    """Write down among an asset's versions why a file can't take the place of its own."""
    playing(upload.asset)
    return Edition.objects.create(
        asset=upload.asset,
        number=_next_number(upload.asset),
        cause=Edition.Cause.REPLACED,
        state=Edition.State.FAILED,
        error=error,
        file_name=upload.file_name,
        made_by=upload.member,
    )


def _next_number(asset: Asset) -> int:
    return int(asset.editions.aggregate(Max("number"))["number__max"]) + 1


def refuse_replacing(asset: Asset) -> None:
    """Raise ``CannotEdit`` where a file that is about to be sent could not take the place."""
    with transaction.atomic():
        _editable(asset)


def _editable(asset: Asset) -> Asset:
    """Lock an asset that may have another version prepared, or raise ``CannotEdit``."""
    row = Asset.objects.select_for_update(of=("self",)).select_related("site").get(pk=asset.pk)
    name = {"title": row.title}
    if row.kind == Asset.Kind.FILE:
        raise CannotEdit(_("“%(title)s” is a download: there is nothing to cut.") % name)
    if row.status == Asset.Status.PROCESSING:
        raise Occupied(_("“%(title)s” is being prepared. Wait until it is ready.") % name)
    if row.status != Asset.Status.READY or row.original_id is None:
        raise CannotEdit(
            _("“%(title)s” is not ready, or its original is not here. Prepare it first.") % name
        )
    if is_being_edited(row):
        raise Occupied(_("Another version of “%(title)s” is being prepared. Wait for it.") % name)
    if row.moves.filter(state__in=Move.ACTIVE).exists():
        raise Occupied(_("“%(title)s” is being moved. Wait until it has arrived.") % name)
    provider_for(row)
    return row


def provider_for(asset: Asset) -> Any:
    """Return who prepares another version: the asset's provider if it can, else one who can."""
    providers = ask("video_providers", site=asset.site_id)
    able = [one for one in providers if getattr(one, "cuts", False)]
    if not able:
        raise CannotEdit(_("Nobody here can cut videos. Switch the plugin “ffmpeg” on."))
    return next((one for one in able if one.name == asset.provider), able[0])


def _begin(asset: Asset, cause: str, by: Any, **fields: Any) -> Edition:
    playing(asset)  # what plays is written down first
    edition = Edition.objects.create(
        asset=asset,
        number=_next_number(asset),
        cause=cause,
        made_by=by,
        **{"file_name": asset.file_name, "line": line_of(asset), **fields},
    )
    enqueue(
        kind=KIND,
        payload={"edition": edition.pk},
        site=asset.site,
        key=f"{KIND}:{asset.pk}:{edition.pk}",
        subject=f"asset:{asset.pk}",
    )
    return edition


def report_of(edition: Edition) -> Preparation | None:
    """Return the preparation of an edition, once it has begun."""
    rows: Any = edition.asset.preparations
    found: Preparation | None = rows.filter(key=reports.edition_key(edition.number)).first()
    return found


def note_facts(edition: Edition, **facts: Any) -> None:
    """Write down what a preparation found; call it inside the claim's fence."""
    edition.facts |= facts
    Edition.objects.filter(pk=edition.pk).update(facts=edition.facts)


def verify(edition: Edition, duration: float) -> None:
    """Compare what was made with what was asked for; raise ``PermanentError`` if it lacks."""
    parts = edition.parts.filter(role=EditionPart.Role.RENDITION)
    streams = [one for one in parts if one.facts["kind"] != Rendition.Kind.FILE]
    if not streams:
        raise PermanentError(_("Nothing that plays was made. The former version goes on playing."))
    for one in streams:
        found = one.facts["duration"]
        if found and abs(found - duration) > max(TOLERANCE, duration * 0.005):
            raise PermanentError(
                _("%(found).1f of %(wanted).1f seconds were made. The former version goes on.")
                % {"found": found, "wanted": duration}
            )


def flip(edition: Edition) -> None:
    """Let an edition play from now on, and move what members and editors keep by its seconds.

    One transaction: all of it or nothing; call it inside the claim's fence. Raises ``Cancelled``
    where the edition was stopped meanwhile.
    """
    with transaction.atomic():
        asset = Asset.objects.select_for_update(of=("self",)).get(pk=edition.asset_id)
        shelving.wanted(edition, (Edition.State.PREPARING, Edition.State.KEPT))
        former = playing(asset)
        if "lies" in edition.facts and not edition.flipped_at:
            edition.line = aligned_with(edition, former, asset.duration or 0.0)
        moved = passage(former, edition)
        report = report_of(edition)
        reports.put_away(asset)
        shelving.put_away(asset, former)
        shelving.bring_out(edition, asset)
        if report is not None:
            end_beside(report)
        reports.bring_out(asset, report)
        for anchor in ask("anchors", site=asset.site_id, site_id=asset.site_id):
            anchor.move(asset, moved)
        moved.close()
        _mark(former, Edition.State.KEPT, kept_until=now() + KEEP)
        _mark(edition, Edition.State.PLAYING, flipped_at=now(), kept_until=None, error="")
        _end_kept_moves(asset)
        tell("asset_edited", asset_id=str(asset.pk), site_id=asset.site_id)
    edition.refresh_from_db()


def _mark(edition: Edition, state: str, **fields: Any) -> None:
    Edition.objects.filter(pk=edition.pk).update(state=state, line=edition.line, **fields)
    edition.state = state


def _end_kept_moves(asset: Asset) -> None:
    """What lies at a provider from a move before has other seconds: nobody may go back to it."""
    asset.moves.filter(state__in=Move.KEPT).update(kept_until=now())


def go_back(edition: Edition, *, by: Any = None) -> Edition:
    """Let a former edition play again: at once while it is kept, else it is prepared again."""
    with transaction.atomic():
        asset = _editable(edition.asset)
        row = Edition.objects.select_for_update(of=("self",)).get(pk=edition.pk)
        if row.state == Edition.State.KEPT:
            _check_that_it_plays(row)
            flip(row)
            make_offered_file(asset)
            return row
        if row.state != Edition.State.ENDED or row.original_id is None:
            raise CannotEdit(_("The file of this version is gone. Upload it again."))
        if row.original_id != asset.original_id:
            return _begin(asset, row.cause, by, original=row.original, kept=row.kept, line=row.line)
        return _begin(asset, Edition.Cause.CUT, by, original=row.original, kept=row.kept)


def _check_that_it_plays(edition: Edition) -> None:
    name = edition.facts["provider"]
    if name not in {one.name for one in ask("video_providers")}:
        raise CannotEdit(
            _("“%(name)s” is switched off. Switch its plugin on under Features, then go back.")
            % {"name": name}
        )


def stop(edition: Edition) -> None:
    """Cancel an edition that is being prepared; what was made of it goes."""
    for job in jobs_of(f"asset:{edition.asset_id}"):
        if job.kind == KIND and job.payload.get("edition") == edition.pk:
            cancel(job)
    fail(edition, "", state=Edition.State.CANCELLED)


def fail(edition: Edition, error: str, *, state: str = Edition.State.FAILED) -> None:
    """Write why an edition ended; what plays was never touched.

    The file of one that failed waits for days: what ended it may have passed.
    """
    waits = now() + KEEP if state == Edition.State.FAILED else None
    with transaction.atomic():
        asset = Asset.objects.select_for_update().get(pk=edition.asset_id)
        ended = Edition.objects.filter(pk=edition.pk, state=Edition.State.PREPARING)
        if ended.update(state=state, error=error, kept_until=waits):
            _clear(edition)
            report = report_of(edition)
            if report is not None:
                give_up_beside(report, error)
            make_offered_file(asset)


def retry(edition: Edition, *, by: Any = None) -> Edition:
    """Have a version that failed prepared once more, as a new one. Raises ``CannotEdit``."""
    with transaction.atomic():
        asset = _editable(edition.asset)
        row = Edition.objects.select_related("original").get(pk=edition.pk)
        if row.state != Edition.State.FAILED or row.original is None:
            raise CannotEdit(_("The file of this version is gone. Upload it again."))
        lies = {name: row.facts[name] for name in ("lies",) if name in row.facts}
        placed: dict[str, Any] = {"facts": lies} if lies else {"line": row.line}
        file = {"original": row.original, "file_name": row.file_name}
        return _begin(asset, row.cause, by, kept=row.kept, **file, **placed)


def let_go_due() -> int:
    """Clear what was kept long enough; returns how many editions have ended."""
    _let_files_go()
    due = Edition.objects.filter(state=Edition.State.KEPT, kept_until__lt=now())
    count = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            row = Edition.objects.select_for_update().filter(pk=number, pk__in=due).first()
            if row is not None:
                Edition.objects.filter(pk=number).update(state=Edition.State.ENDED)
                _clear(row)
                count += 1
    return count


def _let_files_go() -> None:
    """Forget the files of versions that failed and that nobody had prepared once more."""
    failed = Edition.objects.filter(state=Edition.State.FAILED, kept_until__lt=now())
    for row in failed.select_related("asset", "original"):
        with transaction.atomic():
            Edition.objects.filter(pk=row.pk).update(kept_until=None)
            _clear(row)


def _clear(edition: Edition) -> None:
    """Let go of an edition's streams, and of its file where no other version needs it."""
    objects = list(StoredObject.objects.filter(pk__in=edition.parts.values("object")))
    edition.parts.all().delete()
    _forget_elsewhere(edition)
    file = edition.original
    if file is not None and not _needs(edition, file):
        Edition.objects.filter(asset=edition.asset_id, original=file).update(original=None)
        objects.append(file)
    for stored in objects:
        doom(stored, after=STILL_READ)


def _forget_elsewhere(edition: Edition) -> None:
    """Let go of what providers made of an edition, once nobody can go back to it."""
    known = edition.facts.pop("provider_data", {})
    Edition.objects.filter(pk=edition.pk).update(facts=edition.facts)
    left = copy(edition.asset)
    left.provider_data = known
    for provider in ask("video_providers"):
        if provider.name in known:
            provider.forget(left)


def _needs(edition: Edition, file: StoredObject) -> bool:
    """Tell whether a file plays, or is kept for one who goes back."""
    living = Q(state__in=[Edition.State.KEPT, Edition.State.PLAYING, Edition.State.PREPARING])
    waiting = Q(state=Edition.State.FAILED, kept_until__gte=now())
    editions = Edition.objects.filter(living | waiting, original=file)
    others = editions.exclude(Q(pk=edition.pk) & ~waiting)
    return others.exists() or Asset.objects.filter(original=file).exists()
