"""Writes a new plugin that starts green on its contract suite."""

from __future__ import annotations

import keyword
import re
from pathlib import Path

from .errors import ContractError

SCAFFOLD = Path(__file__).parent / "scaffold"
EXAMPLE = "cellar"  # the name the templates and docs/plugins.md use
SUFFIX = "-tpl"
KINDS = tuple(sorted(folder.name for folder in SCAFFOLD.iterdir() if folder.is_dir()))
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


def write_plugin(*, name: str, kind: str, folder: Path) -> list[Path]:
    """Write the package ``lectern-<name>`` below ``folder``; overwrite nothing."""
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise ContractError(
            f"{name!r} is no name for a plugin: take lower-case letters, digits and _."
        )
    target = folder / f"lectern-{name.replace('_', '-')}"
    if target.exists():
        raise ContractError(f"{target} is there already: choose another name or folder.")
    written = []
    for path, text in files_of(kind, name).items():
        file = target / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        written.append(file)
    return written


def files_of(kind: str, name: str) -> dict[str, str]:
    """Return every file of a kind of plugin, by its path, with the plugin's own name in it."""
    source = SCAFFOLD / kind
    return {
        _named(file.relative_to(source).as_posix().removesuffix(SUFFIX), name): _named(
            file.read_text("utf-8"), name
        )
        for file in sorted(source.rglob(f"*{SUFFIX}"))
    }


def _named(text: str, name: str) -> str:
    title = "".join(part.capitalize() for part in name.split("_"))
    dashed = name.replace("_", "-")
    text = text.replace(f"lectern-{EXAMPLE}", f"lectern-{dashed}")
    return text.replace(EXAMPLE.capitalize(), title).replace(EXAMPLE, name)
