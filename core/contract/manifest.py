"""What a plugin says about itself: its manifest, and the settings it asks an operator for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

CONTRACT = 1  # grows when a hook or a protocol changes so that older plugins would break

Kind = Literal["text", "secret", "integer", "boolean", "choice", "url"]
Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a plugin's form in Features.

    ``kind`` is text, secret (kept encrypted, never shown again), integer, boolean, choice or url;
    ``choices`` are pairs of value and label, for a choice only.
    """

    name: str
    label: str
    kind: Kind = "text"
    default: Value = ""
    help: str = ""
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Manifest:
    """A plugin's name plate, ``manifest = Manifest(...)`` in its module or its ``__init__``.

    ``name`` is the entry point's name; ``contract`` the number the plugin was written for;
    ``needs`` names capabilities, never plugins: "storage" is met by whoever answers
    ``storage_providers``.
    """

    name: str
    version: str
    contract: int
    summary: str
    needs: Sequence[str] = ()
    settings: Sequence[Setting] = ()
    default_on: bool = True

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").replace("-", " ").capitalize()

    def defaults(self) -> dict[str, Any]:
        """Return every setting's default by its name."""
        return {setting.name: setting.default for setting in self.settings}
