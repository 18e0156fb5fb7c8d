"""``manage.py media inspect|verify|retry|move <asset>``: what became of it, again, elsewhere."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from core.jobs.queries import jobs_of
from core.media import services
from core.media.errors import MediaError
from core.media.models import Asset
from core.media.moving.services import CannotMove, ask_moves
from core.media.verifying.services import Checked, verify


class Command(BaseCommand):
    """Looks at assets, or has them prepared again; exit 1 when what is stored is not whole."""

    help = "Show an asset's file, stages, renditions and jobs; verify what is stored; do it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["inspect", "verify", "retry", "move"])
        parser.add_argument(
            "asset", help="the asset's id, or a part of its title; move, verify: or “all”"
        )
        parser.add_argument("--to", default="", help="move: the video provider, as “mux”")
        parser.add_argument("--site", default="", help="move all: of the site of this host name")
        parser.add_argument("--collection", default="", help="move all: of this collection")
        parser.add_argument("--provider", default="", help="move all: from this provider")
        parser.add_argument("--stage", default="", help="retry: a stage to be done once more")
        parser.add_argument(
            "--make", action="append", default=[], help="retry: a rendition to be made once more"
        )
        parser.add_argument("--json", action="store_true", help="verify: for programs")

    def handle(self, *args: Any, verb: str, asset: str, **options: Any) -> None:
        del args
        if verb == "move":
            self._move(asset, options["to"], options)
        elif verb == "verify":
            self._verify(asset, as_json=options["json"])
        else:
            found = _find(asset)
            if verb == "retry":
                self._retry(found, options["stage"], options["make"])
            for line in report(found):
                self.stdout.write(line)

    def _retry(self, asset: Asset, stage: str, make: list[str]) -> None:
        if stage and not asset.stages.filter(name=stage).exists():
            known = ", ".join(asset.stages.values_list("name", flat=True))
            raise CommandError(f"There is no stage “{stage}”; there are: {known}.")
        try:
            services.retry(asset, stage, make)
        except MediaError as error:
            raise CommandError(str(error)) from error
        asset.refresh_from_db()

    def _verify(self, words: str, *, as_json: bool) -> None:
        broken, assets = 0, 0
        told: list[dict[str, Any]] = []
        for asset in _chosen(words):
            rows = verify(asset)
            assets += 1
            broken += any(row.faults for row in rows)
            if as_json:
                told.append(_as_json(asset, rows))
                continue
            for line in verdict(asset, rows):
                self.stdout.write(line)
        if as_json:
            self.stdout.write(json.dumps(told, indent=2))
        if broken:
            raise CommandError(f"{broken} of {assets} are not whole; the remedies stand above.")
        if not as_json:
            self.stdout.write(f"{assets} verified: everything is there and can be played.")

    def _move(self, words: str, target: str, options: dict[str, Any]) -> None:
        chosen = _movable(options) if words == "all" else [_find(words)]
        refused: list[CannotMove] = []
        begun = ask_moves(assets=chosen, target=target, refused=refused)
        for refusal in dict.fromkeys(map(str, refused)):
            self.stderr.write(refusal)
        if refused and not begun:
            raise CommandError("Nothing moves; the reasons stand above.")
        self.stdout.write(f"{len(begun)} on their way to {target}; see Media → Moves.")


def _movable(options: dict[str, Any]) -> Iterator[Asset]:
    """Yield what is ready, oldest first, and meant by the options; whole rooms of it."""
    rows = Asset.objects.filter(status=Asset.Status.READY).exclude(kind=Asset.Kind.FILE)
    fields = {"site": "site__hostname", "collection": "collection__name", "provider": "provider"}
    wanted = {field: options[name] for name, field in fields.items() if options[name]}
    rows = rows.filter(**wanted).select_related("site").order_by("created_at", "pk")
    yield from rows.iterator(chunk_size=100)


def _find(words: str) -> Asset:
    try:
        found = Asset.objects.filter(pk=UUID(words))
    except ValueError:
        found = Asset.objects.filter(title__icontains=words)
    if len(found) != 1:
        titles = "".join(f"\n  {one.pk}  {one.title}" for one in found[:20])
        raise CommandError(f"{len(found)} assets are called “{words}”; name one by its id.{titles}")
    return found[0]


def _chosen(words: str) -> Iterator[Asset]:
    """Yield what is meant, all of it, oldest first; what is still being uploaded has no bytes."""
    rows = Asset.objects.exclude(status=Asset.Status.UPLOADING).order_by("created_at", "pk")
    rows = rows.select_related("original", "poster", "storyboard", "waveform")
    if words == "all":
        yield from rows.iterator(chunk_size=100)
        return
    try:
        found = rows.filter(pk=UUID(words))
    except ValueError:
        found = rows.filter(title__icontains=words)
    if not found:
        raise CommandError(f"No asset is called “{words}”.")
    yield from found


def verdict(asset: Asset, rows: list[Checked]) -> Iterator[str]:
    """Yield a table: what is stored, how much of it, and what is wrong."""
    yield f"{asset.title}  ({asset.pk}, {asset.status})"
    for row in rows:
        size = filesizeformat(sum(row.found.sizes.values())) if row.found.sizes else "–"
        seconds = f"{row.playlist.duration:.1f} s" if row.playlist else ""
        said = "NOT WHOLE" if row.faults else f"ok {row.note}".rstrip()
        files = len(row.found.sizes)
        yield f"  {row.name:<24} {files:>6} files {size:>12} {seconds:>10}  {said}"
        yield from (f"      {fault}" for fault in row.faults)
        if row.remedy:
            yield f"      → {row.remedy}"


def _as_json(asset: Asset, rows: list[Checked]) -> dict[str, Any]:
    stored = [
        {
            "name": row.name,
            "object": str(row.object) if row.object else None,
            "files": len(row.found.sizes),
            "bytes": sum(row.found.sizes.values()),
            "seconds": round(row.playlist.duration, 3) if row.playlist else None,
            "faults": row.faults,
            "remedy": row.remedy,
            "note": row.note,
        }
        for row in rows
    ]
    is_whole = not any(row.faults for row in rows)
    return {"asset": str(asset.pk), "title": asset.title, "is_whole": is_whole, "stored": stored}


def report(asset: Asset) -> Iterator[str]:
    """Yield what an operator wants to know, line by line."""
    yield f"{asset.title}  ({asset.pk}, {asset.kind}, {asset.status})"
    if asset.error:
        yield f"  {asset.error}"
    if asset.original:
        yield f"  file       {filesizeformat(asset.original.size)}, {asset.original}"
    for name, value in asset.probe.items():
        yield f"  {name:<20} {value}"
    for stage in services.stages_of(asset):
        how = f"{stage.state} {stage.progress:.0%} {stage.error}".rstrip()
        yield f"  stage      {stage.label}: {how}"
    for row in asset.renditions.all():
        growing = ", still growing" if row.is_growing else ""
        rate = f"{(row.average_bit_rate or 0) / 1000:.0f} kbit/s"
        yield f"  rendition  {row.name}: {row.width} × {row.height}, {rate}, {row.codecs}{growing}"
    for job in jobs_of(f"asset:{asset.pk}"):
        yield f"  job        #{job.pk} {job.state}, attempt {job.attempt} {job.error}".rstrip()
