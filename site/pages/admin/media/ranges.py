"""What an editor cuts out, as it was typed: read, refused by its row, and shown again."""

from dataclasses import dataclass
from itertools import zip_longest

from django.utils.translation import gettext as _

from core.media.editing.errors import CannotEdit
from core.media.editing.timemap import Range, without

from .times import seconds_of, written


@dataclass(frozen=True)
class Typed:
    """The fields of the form, word for word."""

    rows: list[tuple[str, str]]  # from, to
    begin: str
    end: str


def typed(posted) -> Typed:
    """Return what was posted."""
    rows = zip_longest(posted.getlist("from"), posted.getlist("to"), fillvalue="")
    return Typed(list(rows), posted.get("begin", ""), posted.get("end", ""))


def playing_now(asset, whole: float) -> Typed:
    """Return what is cut out now, as an editor would type it."""
    kept = [(start, end) for start, end in asset.kept] or [(0.0, whole)]
    begin, end = kept[0][0], kept[-1][1]
    inside = [one for one in without(kept, whole) if one[0] >= begin and one[1] <= end]
    return Typed([(written(a), written(b)) for a, b in inside], written(begin), written(end))


def kept_by(form: Typed, whole: float) -> list[Range]:
    """Return what stays of ``whole`` seconds; raise ``CannotEdit`` naming a row or a time."""
    try:
        rows = [(seconds_of(start), seconds_of(end)) for start, end in form.rows]
        begin, end = seconds_of(form.begin) or 0.0, seconds_of(form.end)
    except ValueError as error:
        words = _("“%s” is no time. Write minutes and seconds, for instance 1:02.5.")
        raise CannotEdit(words % error) from error
    end = whole if end is None else end
    removed = [_whole(number, *row) for number, row in enumerate(rows, 1) if row != (None, None)]
    outside = [one for one in ((0.0, begin), (end, whole)) if one[1] > one[0]]
    return without([*removed, *outside], whole)


def _whole(number: int, start: float | None, end: float | None) -> Range:
    words = row_words()
    if start is None:
        raise CannotEdit(words["start"] % number)
    if end is None:
        raise CannotEdit(words["end"] % number)
    if end <= start:
        raise CannotEdit(words["order"] % number)
    return start, end


def row_words() -> dict[str, str]:
    """Return what is said of a row that is not whole, here and while it is typed."""
    return {
        "start": _("Row %s has no start. Write where the cut begins, or empty the row."),
        "end": _("Row %s has no end. Write where the cut ends, or empty the row."),
        "order": _("Row %s ends before it begins. Give it a later end."),
        "time": _("Row %s has a time that can’t be read. Write it as 1:02.5."),
    }
