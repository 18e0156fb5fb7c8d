"""Quiet pictures for what has none: leaves of a book in the brand's hue, drawn from a title."""

from __future__ import annotations

import random
import zlib

WIDTH, HEIGHT = 640, 360
LEAVES = 7
REACH = 1400  # longer than any way across the picture


def seed_of(title: str) -> int:
    """Return the number that a title's picture grows from."""
    return zlib.crc32(title.encode())


def draw(seed: int, hue: int) -> str:
    """Return a 16:9 SVG; the same seed and hue always give the same picture."""
    chance = random.Random(seed)  # noqa: S311 - a pattern, not a secret
    hue = (hue + chance.randint(-16, 16)) % 360
    dark = chance.uniform(0.27, 0.33)
    x, y = chance.uniform(0.12, 0.5) * WIDTH, chance.uniform(1.05, 1.4) * HEIGHT
    first, spread = chance.uniform(-64, -48), chance.uniform(96, 124)
    leaves = "".join(
        _leaf(first + spread * (step / LEAVES) ** 1.35, dark + 0.044 * step, step, hue)
        for step in range(LEAVES)
    )
    flip = f' transform="translate({WIDTH} 0) scale(-1 1)"' if chance.random() < 0.5 else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' preserveAspectRatio="xMidYMid slice">'
        f'<defs><linearGradient id="s"><stop offset="0" stop-opacity="0"/>'
        '<stop offset="1" stop-opacity=".26"/></linearGradient></defs>'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="oklch({dark - 0.03:.3f} 0.045 {hue})"/>'
        f'<g{flip}><g transform="translate({x:.0f} {y:.0f})">{leaves}</g></g></svg>'
    )


def _leaf(angle: float, light: float, step: int, hue: int) -> str:
    """One leaf, hinged at the spine: the shadow it throws on the one below, the sheet, its edge."""
    tall = f'y="-{REACH}" height="{2 * REACH}"'
    chroma = 0.05 + 0.005 * step
    return (
        f'<g transform="rotate({angle:.1f})">'
        f'<rect x="-70" {tall} width="70" fill="url(#s)"/>'
        f'<rect {tall} width="{REACH}" fill="oklch({light:.3f} {chroma:.3f} {hue})"/>'
        f'<rect {tall} width="1.5" fill="oklch({light + 0.07:.3f} {chroma:.3f} {hue})"/></g>'
    )
