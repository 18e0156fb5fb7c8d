"""What own machines cost, where the operator says what an hour of one processor does."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.conf import settings

MICRO = 1_000_000  # of a dollar
HOUR = 3600


def price_of_hour() -> Decimal | None:
    """Return what an hour of one processor costs, in dollars; None: not set, or no price."""
    try:
        price = Decimal(settings.CPU_HOUR_PRICE)
    except InvalidOperation:
        return None
    return price if price.is_finite() and price >= 0 else None


def own_micros(cpu_seconds: float) -> int | None:
    """Return what CPU seconds cost, in millionths of a dollar; None where no price is set."""
    price = price_of_hour()
    if price is None:
        return None
    micros = Decimal(cpu_seconds) / HOUR * price * MICRO
    return int(micros.to_integral_value(ROUND_HALF_UP))
