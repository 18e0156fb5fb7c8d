"""Comparing what the rows say with what lies in the places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.contract import ask
from core.contract.providers import StorageProvider

from .models import StoredObject


@dataclass(frozen=True, slots=True)
class Audit:
    """One place: rows whose bytes are gone, and files that no row knows."""

    provider: StorageProvider
    lost: tuple[StoredObject, ...]
    orphans: tuple[str, ...]


def audits() -> Iterator[Audit]:
    """Compare every place with its rows; the rows are read last, so a new file is no orphan."""
    for provider in ask("storage_providers"):
        found = list(provider.walk())
        rows = {row.key: row for row in StoredObject.objects.filter(provider=provider.name)}
        owners = [(key, _owner(key, rows)) for key in found]
        have = {owner for _, owner in owners if owner}
        lost = [
            row for key, row in rows.items() if key not in have and not _is_there(provider, row)
        ]
        orphans = [key for key, owner in owners if owner is None]
        yield Audit(provider, tuple(lost), tuple(orphans))


def _owner(key: str, rows: dict[str, StoredObject]) -> str | None:
    """Return the row's key that a file belongs to: its own, or the tree's above it."""
    if key in rows and rows[key].shape == StoredObject.Shape.FILE:
        return key
    parts = key.split("/")
    above = ("/".join(parts[:end]) for end in range(1, len(parts)))
    return next((one for one in above if one in rows and _is_tree(rows[one])), None)


def _is_tree(row: StoredObject) -> bool:
    return row.shape == StoredObject.Shape.TREE


def _is_there(provider: StorageProvider, row: StoredObject) -> bool:
    """Look again: the row may be younger than the walk."""
    if _is_tree(row):
        return next(iter(provider.walk(row.key)), None) is not None
    return provider.stat(row.key) is not None
