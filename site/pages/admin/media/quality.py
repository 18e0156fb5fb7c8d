"""How members' players fared with an asset: figures, a small plot, and the table behind it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.media.models import Asset
from core.playback.viewings import STEPS, Quality, quality_of

WIDE, HIGH, GAP = 44, 88, 8  # of a column, in the plot's own units
MEGA = 1_000_000


@dataclass(frozen=True)
class Column:
    """One column of the plot, and one row of the table."""

    words: str
    count: int
    percent: int
    x: int
    y: int
    height: int
    middle: int


def quality_context(asset: Asset) -> dict:
    """Return what the asset's screen shows of its viewings."""
    quality = quality_of(asset)
    columns = columns_of(quality)
    return {
        "quality": quality,
        "quality_figures": figures_of(quality),
        "quality_columns": columns,
        "quality_width": len(columns) * (WIDE + GAP),
        "quality_floor": HIGH,
    }


def figures_of(quality: Quality) -> list[tuple[str, str]]:
    """Name the figures and write them with their units."""
    rate = _("%.1f Mbit/s") % (quality.bit_rate / MEGA) if quality.bit_rate else _("not known")
    failed = ngettext("%d play", "%d plays", quality.failed) % quality.failed
    return [
        (_("Starts within (half of the plays)"), _seconds(quality.median)),
        (_("Starts within (19 of 20)"), _seconds(quality.slowest)),
        (_("Stalls an hour"), f"{quality.stalls_an_hour:.1f}"),
        (_("Waited in stalls"), _seconds(quality.stalled)),
        (_("Mean bit rate"), rate),
        (_("Ended by an error"), failed),
    ]


def columns_of(quality: Quality) -> list[Column]:
    """Return the start-up times as columns, the tallest as high as the plot."""
    most = max(quality.starts, default=0) or 1
    known = sum(quality.starts) or 1
    columns = []
    for number, count in enumerate(quality.starts):
        height = round(HIGH * count / most)
        x = number * (WIDE + GAP)
        percent = round(100 * count / known)
        middle = x + WIDE // 2
        columns.append(Column(_words(number), count, percent, x, HIGH - height, height, middle))
    return columns


def _words(number: int) -> str:
    if number == len(STEPS):
        return _("over %g s") % (STEPS[-1] / 1000)
    return _("≤ %g s") % (STEPS[number] / 1000)


def _seconds(value: float | None) -> str:
    return "–" if value is None else _("%.2f s") % value
