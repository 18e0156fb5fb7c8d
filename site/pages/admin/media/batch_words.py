"""What batches of moves are called, and how they stand, in words and as a bar."""

from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.jobs.batches import queries as batches
from core.jobs.batches.models import Batch
from core.jobs.batches.queries import Tally

from .state import time_left


@dataclass(frozen=True)
class Segment:
    """A part of the bar: a standing, its rows and bytes, its place in hundredths."""

    standing: str
    label: str
    count: int
    size: int
    begin: float
    wide: float


@dataclass(frozen=True)
class Card:
    """A batch as it is shown; ``percent`` is None where nothing goes any more."""

    batch: Batch
    name: str
    tally: Tally
    tone: str
    words: str
    percent: int | None
    facts: list[str]
    segments: list[Segment]
    target: str  # what the target calls itself


def things(count: int, films: int) -> str:
    """Count films, recordings, or both."""
    if films == count:
        return ngettext("one film", "%d films", count) % (() if count == 1 else count)
    if not films:
        return ngettext("one recording", "%d recordings", count) % (() if count == 1 else count)
    return _("%d films and recordings") % count


def name_of(batch: Batch, *, what: str, target: str) -> str:
    """Name a batch by what goes where, when, and who asked: “28 films to Mux, 29 Nov, by Anna”."""
    made = localtime(batch.created_at)
    day = date_format(made, "j M" if made.year == localdate().year else "j M Y")
    words = {"what": what, "target": target, "day": day, "who": batch.asked_by}
    if batch.asked_by:
        return _("%(what)s to %(target)s, %(day)s, by %(who)s") % words
    return _("%(what)s to %(target)s, %(day)s") % words


def card(batch: Batch, tally: Tally, *, what: str, target: str) -> Card:
    """Put a batch into words."""
    tone, words = _standing(tally)
    return Card(
        batch=batch,
        name=name_of(batch, what=what, target=target),
        tally=tally,
        tone=tone,
        words=words,
        percent=int(100 * tally.fraction) if tally.is_busy else None,
        facts=_facts(tally),
        segments=_segments(tally),
        target=target,
    )


def _standing(tally: Tally) -> tuple[str, str]:
    shares = tally.shares
    failed = shares[batches.FAILED].count
    if shares[batches.GOING].count:
        return "busy", _("On its way")
    if shares[batches.WAITING].count:
        return "waiting", _("Waiting for its turn")
    if failed:
        return "failed", ngettext("One failed", "%d failed", failed) % (
            () if failed == 1 else failed
        )
    if shares[batches.DONE].count:
        return "ready", _("Done")
    if shares[batches.BACK].count:
        return "waiting", _("Gone back")
    return "waiting", _("Stopped")


def _facts(tally: Tally) -> list[str]:
    done = _("%(done)d of %(all)d done") % {
        "done": tally.shares[batches.DONE].count,
        "all": tally.count,
    }
    facts = [done]
    if tally.size > tally.count:  # else nobody knows how large they are
        facts.append(_bytes(tally))
    if tally.is_busy and tally.rate:
        facts.append(_("%(size)s a second") % {"size": filesizeformat(tally.rate)})
    facts.append(time_left(tally.seconds_left))
    return [fact for fact in facts if fact]


def _bytes(tally: Tally) -> str:
    if not tally.is_busy:
        return filesizeformat(tally.size)
    carried, wanted = filesizeformat(int(tally.carried)), filesizeformat(tally.wanted)
    return _("%(carried)s of %(wanted)s") % {"carried": carried, "wanted": wanted}


def labels_of_standings() -> dict[str, str]:
    """Say in a word how rows stand."""
    return {
        batches.DONE: _("Done"),
        batches.GOING: _("On the way"),
        batches.WAITING: _("Waiting"),
        batches.FAILED: _("Failed"),
        batches.BACK: _("Gone back"),
        batches.STOPPED: _("Stopped"),
    }


def _segments(tally: Tally) -> list[Segment]:
    found, begin = [], 0.0
    for standing, label in labels_of_standings().items():
        share = tally.shares[standing]
        if share.count:
            wide = 100 * share.count / tally.count
            known = share.size if share.size > share.count else 0
            found.append(Segment(standing, label, share.count, known, begin, wide))
            begin += wide
    return found
