"""What this room answers to the contract."""

from __future__ import annotations

from typing import Any

from core.contract import hookimpl

from .services import spend


@hookimpl
def money_spent(site_id: int, key: str, service: str, micros: int, details: dict[str, Any]) -> None:
    spend(site_id=site_id, key=key, service=service, micros=micros, details=details)
