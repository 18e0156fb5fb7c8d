"""What a preparation cost: outside services by their own prices, own machines by the operator's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.contract import ask
from core.usage.prices import MICRO, own_micros
from core.usage.queries import Spending

CENT = MICRO // 100
TEN_DOLLARS = 10 * MICRO
TENTH_OF_A_MILLE = MICRO // 10_000


@dataclass(frozen=True)
class Service:
    """What one service took: its name, for how much of what, and the sum."""

    name: str
    quantity: str
    micros: int | None  # None: nobody set a price

    @property
    def money(self) -> str:
        return money(self.micros)


@dataclass(frozen=True)
class Cost:
    """What something cost, service by service."""

    services: list[Service] = field(default_factory=list)

    @property
    def micros(self) -> int | None:
        """The sum of what has a price; None where nothing has."""
        known = [one.micros for one in self.services if one.micros is not None]
        return sum(known) if known else None

    @property
    def is_unpriced(self) -> bool:
        return any(one.micros is None for one in self.services)

    @property
    def money(self) -> str:
        """The sum in words; empty where nothing was used."""
        return money(self.micros) if self.services else ""


def together(costs: Iterable[Cost]) -> Cost:
    """Put costs together."""
    return Cost([service for cost in costs for service in cost.services])


def cost_of(spendings: Iterable[Spending], cpu_seconds: float, names: dict[str, str]) -> Cost:
    """Return what outside services and the processors of own machines cost."""
    services = [
        Service(names.get(one.service) or _name_of(one), quantity_of(one), one.micros)
        for one in spendings
    ]
    if cpu_seconds:
        services.append(Service(_("Own machines"), "", own_micros(cpu_seconds)))
    return Cost(services)


def _name_of(one: Spending) -> str:
    """Name a service whose plugin is gone, or off."""
    return one.service.replace("_", " ").capitalize()


def money(micros: int | None) -> str:
    """Write a sum as exactly as it needs: $12.30, $0.0042, $0.000017; a dash for no sum."""
    if micros is None:
        return "–"
    if micros % CENT == 0 or abs(micros) >= TEN_DOLLARS:
        places = 2
    else:
        places = 4 if abs(micros) >= TENTH_OF_A_MILLE else 6
    amount = (Decimal(micros) / MICRO).quantize(Decimal(10) ** -places, ROUND_HALF_UP)
    return _("$%(amount)s") % {"amount": number_format(amount, places, force_grouping=True)}


def quantity_of(one: Spending) -> str:
    """Write what was bought: "encoding basic, 1.5 minutes"."""
    amount = Decimal(str(round(one.quantity, 3))).normalize()
    places = max(-int(amount.as_tuple().exponent), 0)
    words = _units(number_format(amount, places, force_grouping=True), one) if amount else ""
    return ", ".join(filter(None, [one.what, words]))


def _units(amount: str, one: Spending) -> str:
    count = 1 if one.quantity == 1 else 2
    words = {
        "second": ngettext("%s second", "%s seconds", count),
        "minute": ngettext("%s minute", "%s minutes", count),
        "token": ngettext("%s token", "%s tokens", count),
    }
    return words[one.unit] % amount if one.unit in words else f"{amount} {one.unit}".strip()


def service_names() -> dict[str, str]:
    """Name those who may take money the way they name themselves."""
    kinds = ("video_providers", "transcribers")
    return {one.name: one.label for kind in kinds for one in ask(kind)}
