"""``manage.py media inspect|retry|move <asset>``: what became of it, again, elsewhere."""

from __future__ import annotations

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
from core.media.moving.services import ask_moves


class Command(BaseCommand):
    """Looks at one asset, or has it prepared again."""

    help = "Show an asset's file, stages, renditions and jobs, or prepare it again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=["inspect", "retry", "move"])
        parser.add_argument("asset", help="the asset's id, or a part of its title; move: or “all”")
        parser.add_argument("--to", default="", help="move: the video provider, as “mux”")

    def handle(self, *args: Any, verb: str, asset: str, **options: Any) -> None:
        del args
        if verb == "move":
            self._move(asset, options["to"])
            return
        found = _find(asset)
        if verb == "retry":
            try:
                services.retry(found)
            except MediaError as error:
                raise CommandError(str(error)) from error
            found.refresh_from_db()
        for line in report(found):
            self.stdout.write(line)

    def _move(self, words: str, target: str) -> None:
        ready = Asset.objects.filter(status=Asset.Status.READY).exclude(kind=Asset.Kind.FILE)
        chosen = ready.exclude(original=None) if words == "all" else [_find(words)]
        try:
            begun = ask_moves(assets=chosen, target=target)
        except MediaError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{len(begun)} on their way to {target}; see Media → Moves.")


def _find(words: str) -> Asset:
    try:
        found = Asset.objects.filter(pk=UUID(words))
    except ValueError:
        found = Asset.objects.filter(title__icontains=words)
    if len(found) != 1:
        titles = "".join(f"\n  {one.pk}  {one.title}" for one in found[:20])
        raise CommandError(f"{len(found)} assets are called “{words}”; name one by its id.{titles}")
    return found[0]


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
