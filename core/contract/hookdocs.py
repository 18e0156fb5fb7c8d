"""Writes the generated parts of docs/plugins.md: the tables of hooks and the example's files."""

from __future__ import annotations

import inspect
import re

from . import hookspecs, scaffolding
from .fitting import spec_names

HOOKS = re.compile(r"(<!-- hooks -->\n).*?(<!-- /hooks -->)", re.DOTALL)
FILE = re.compile(r"(<!-- file: (\w+)/(\S+) -->\n).*?(<!-- /file -->)", re.DOTALL)
ROOM = re.compile(r"# --- (\w+) -+\n")
PARTS = re.compile(r"(Asked|Told): (.*?) Return: (.*?) Fail: (.*)", re.DOTALL)
LANGUAGES = {"py": "python", "toml": "toml", "html": "html", "css": "css"}


def renewed(text: str) -> str:
    """Return docs/plugins.md with its generated parts as they must be today."""
    text = HOOKS.sub(lambda found: found[1] + tables() + found[2], text)
    return FILE.sub(lambda found: found[1] + block(found[2], found[3]) + found[4], text)


def tables() -> str:
    """Return one table a room, of every hook in it."""
    lines = []
    for room, names in rooms().items():
        lines += [f"\n### {room.capitalize()}\n", "| hook | when | return | if you fail |"]
        lines += ["|---|---|---|---|", *map(row, names)]
    return "\n".join(lines) + "\n\n"


def rooms() -> dict[str, list[str]]:
    """Return the hooks' names by the room they stand under in ``hookspecs.py``."""
    parts = ROOM.split(inspect.getsource(hookspecs))[1:]
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return {
        room: [name for name in spec_names() if f"\ndef {name}(" in source]
        for room, source in pairs
    }


def row(name: str) -> str:
    """Return a hook's line in its table."""
    spec = getattr(hookspecs, name)
    found = PARTS.fullmatch(" ".join((inspect.getdoc(spec) or "").split()))
    if found is None:
        raise ValueError(f"The docstring of {name} does not say Asked/Told, Return and Fail.")
    mood, when, answer, fail = found.groups()
    signature = inspect.signature(spec)
    call = f"`{name}({', '.join(signature.parameters)})`"
    given = answer if mood == "Told" else f"`{_typed(signature)}`: {answer}"
    cells = (call, f"{mood.lower()} {when}", given, fail)
    return f"| {' | '.join(cell.replace('``', '`').strip(' .') for cell in cells)} |"


def _typed(signature: inspect.Signature) -> str:
    """Return what a hook answers, such that a table's cell can hold it."""
    return str(signature.return_annotation).replace(" | ", " or ")


def block(kind: str, path: str) -> str:
    """Return a file of the example plugin as a fenced block with its path."""
    text = scaffolding.files_of(kind, scaffolding.EXAMPLE)[path]
    language = LANGUAGES[path.rpartition(".")[2]]
    return f'```{language} title="{path}"\n{text}```\n'
