"""Static files made from others: the stylesheet from its layers, the icon sprite from Lucide."""

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage

LAYERS = ("tokens", "reset", "layout", "components", "player", "player_menus", "pages", "lesson")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SPACE = re.compile(r"\s+")
AROUND = re.compile(r"\s*([{};,>])\s*")
SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>")


def icon_names() -> list[str]:
    """Return the names of the icons in the sprite."""
    return (settings.BASE_DIR / "static/img/icons.txt").read_text().split()


def stylesheet() -> str:
    """Return the layers in their order as one sheet, without comments and idle space."""
    text = "\n".join(sheet.read_text() for sheet in _sheets())
    return AROUND.sub(r"\1", SPACE.sub(" ", COMMENT.sub("", text))).replace(";}", "}").strip()


def _sheets() -> list[Path]:
    """The layers in their order, then what single screens bring; the admin has its own."""
    folder = settings.BASE_DIR / "static/css"
    rest = [file for file in folder.glob("*.css") if not file.name.startswith("admin")]
    return sorted(rest, key=lambda file: (_rank(file.stem), file.stem))


def _rank(name: str) -> int:
    return LAYERS.index(name) if name in LAYERS else len(LAYERS)


def sprite() -> str:
    """Return one SVG with a symbol for every icon that Lucide has."""
    symbols = "".join(_symbol(name) for name in icon_names())
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def _symbol(name: str) -> str:
    file = settings.BASE_DIR / "node_modules/lucide-static/icons" / f"{name}.svg"
    shapes = SHAPE.findall(SPACE.sub(" ", file.read_text())) if file.exists() else []
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>'


MADE: dict[str, Callable[[], str]] = {"css/lectern.css": stylesheet, "img/icons.svg": sprite}


class GeneratedFinder(BaseFinder):
    """Makes the files afresh whenever they are looked for, in DATA_DIR."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.storage = FileSystemStorage(location=Path(settings.DATA_DIR) / "generated")

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(self._made(path))] if path in MADE else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path in MADE:
            if not matches_patterns(path, ignore_patterns):
                self._made(path)
                yield path, self.storage

    def _made(self, path: str) -> Path:
        target = Path(self.storage.path(path))
        text = MADE[path]()
        if not target.exists() or target.read_text() != text:
            target.parent.mkdir(parents=True, exist_ok=True)
            fresh = target.with_name(f".{target.name}.{id(self)}")
            fresh.write_text(text)
            fresh.replace(target)
        return target
