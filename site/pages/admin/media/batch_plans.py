"""What is said before something is done to all of a batch: what will happen, and to how many."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.media.models import Asset
from core.media.moving import together
from core.media.moving.models import Move

from .batch_words import things
from .queries import labels

TOLD = 5  # reasons


@dataclass(frozen=True)
class Plan:
    """A question, what a yes does, and what its button says; "" where there is nothing to do."""

    short: str
    question: str
    lines: list[str]
    button: str
    is_serious: bool = False


def plan_of(verb: str, rows: QuerySet[Move], target: str) -> Plan:
    """Return what a verb would do to a batch's rows that go to ``target``."""
    return {"stop": _stop, "retry": _retry, "resume": _resume, "back": _back}[verb](rows, target)


def _stop(rows: QuerySet[Move], target: str) -> Plan:
    what = _counted(together.stoppable(rows))
    asked = _("Stop all"), _("Stop all of these moves?")
    arrived = _count(rows.filter(state=Move.State.MOVED))
    if not what:
        return Plan(*asked, [_("Nothing is on its way any more.")], "")
    lines = [
        _(
            "%(what)s will be stopped: playing goes on where it is now, and what was copied so "
            "far is deleted."
        )
        % {"what": _capital(what)}
    ]
    if arrived:
        words = ngettext(
            "One that has arrived stays at %(target)s.",
            "%(count)d that have arrived stay at %(target)s.",
            arrived,
        )
        lines.append(words % {"count": arrived, "target": target})
    return Plan(*asked, lines, _("Stop %(what)s") % {"what": what}, is_serious=True)


def _retry(rows: QuerySet[Move], target: str) -> Plan:
    failed = together.retryable(rows)
    what = _counted(failed)
    asked = _("Retry the failed ones"), _("Retry the failed ones?")
    if not what:
        return Plan(*asked, [_("None has failed that could be tried once more.")], "")
    lines = [_copied(what, target)]
    reasons = failed.exclude(error="").order_by("error").values_list("error", flat=True).distinct()
    lines += [_("This is why: %(reason)s") % {"reason": reason} for reason in reasons[:TOLD]]
    return Plan(*asked, lines, _("Retry %(what)s") % {"what": what})


def _resume(rows: QuerySet[Move], target: str) -> Plan:
    what = _counted(together.resumable(rows))
    asked = _("Go on with the stopped ones"), _("Go on with the stopped ones?")
    if not what:
        return Plan(*asked, [_("None was stopped that could go on.")], "")
    return Plan(*asked, [_copied(what, target)], _("Go on with %(what)s") % {"what": what})


def _copied(what: str, target: str) -> str:
    return _(
        "%(what)s will be copied to %(target)s once more; meanwhile playing goes on where it is."
    ) % {"what": _capital(what), "target": target}


def _back(rows: QuerySet[Move], target: str) -> Plan:
    kept = together.returnable(rows)
    what = _counted(kept)
    asked = _("Go back all"), _("Let all of these go back?")
    names = labels()
    places = sorted({names.get(one, one) for one in kept.values_list("source", flat=True)})
    lines = [_("Nothing here can go back any more.")]
    if what:
        told = {"what": _capital(what), "source": ", ".join(places), "target": target}
        lines = [
            _("%(what)s will at once play from %(source)s again.") % told,
            _("The copies at %(target)s are kept for a week, then deleted.") % told,
        ]
    lines += _staying(rows, target)
    button = _("Let %(what)s go back") % {"what": what} if what else ""
    return Plan(*asked, lines, button)


def _staying(rows: QuerySet[Move], target: str) -> list[str]:
    """Say of the others why they don't go back."""
    ended = _count(rows.filter(state=Move.State.ENDED))
    moved_on = _count(rows.filter(state=Move.State.MOVED)) - _count(together.returnable(rows))
    ahead = _count(together.stoppable(rows))
    told = [
        (ended, ngettext(
            "One is not kept at its former place any more: it stays where it is.",
            "%d are not kept at their former place any more: they stay where they are.", ended)),
        (moved_on, ngettext(
            "One has been moved on since: it stays.", "%d have been moved on since: they stay.",
            moved_on)),
        (ahead, ngettext(
            "One is still on its way to %(target)s; stop it first if it shall not arrive.",
            "%%d are still on their way to %(target)s; stop them first if they shall not arrive.",
            ahead) % {"target": target}),
    ]  # fmt: skip
    return [words % count if count > 1 else words for count, words in told if count]


def _counted(moves: QuerySet[Move]) -> str:
    """Count films and recordings in words; "" where there are none."""
    films = Count("pk", filter=Q(asset__kind=Asset.Kind.VIDEO))
    found = moves.order_by().aggregate(count=Count("pk"), films=films)
    return things(found["count"], found["films"]) if found["count"] else ""


def _count(moves: QuerySet[Move]) -> int:
    return moves.order_by().count()


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
