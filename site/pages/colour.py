"""Colour by OKLCH: what a brand's colour becomes by day and by night, always readable.

The matrices are Björn Ottosson's (https://bottosson.github.io/posts/oklab/), the contrast is
WCAG 2's (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

PAPER, NIGHT = 0.984, 0.212  # lightness of what text stands on, by day and by night
READABLE = 5.0  # a little above WCAG's 4.5: tints lie below the text too
Triple = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Brand:
    """The four numbers that tokens.css derives everything from."""

    day: float = 0.43
    night: float = 0.82
    chroma: float = 0.082
    hue: float = 165.0

    @property
    def css(self) -> str:
        return (
            f":root{{--brand-day:{self.day:.3f};--brand-night:{self.night:.3f};"
            f"--brand-chroma:{self.chroma:.3f};--brand-hue:{self.hue:.1f}}}"
        )


def brand_from(colour: str) -> Brand:
    """Return what ``#rrggbb`` becomes: its hue and chroma, as light or dark as reading needs."""
    lightness, chroma, hue = to_oklch(colour)
    chroma = min(chroma, 0.19)
    day, night = min(lightness, 0.62), max(lightness, 0.7)
    while day > 0.2 and contrast((day, chroma, hue), (PAPER, 0.004, 85)) < READABLE:
        day -= 0.01
    while night < 0.95 and contrast((night, chroma, hue), (NIGHT + 0.07, 0.03, hue)) < READABLE:
        night += 0.01
    return Brand(day, night, chroma, hue)


def to_oklch(colour: str) -> Triple:
    """Return lightness, chroma and hue of ``#rrggbb``."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360


def contrast(one: Triple, other: Triple) -> float:
    """Return WCAG's contrast of two OKLCH colours, 1..21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Triple) -> float:
    red, green, blue = _to_linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_linear(colour: Triple) -> Triple:
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _within(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
        _within(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
        _within(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short),
    )


def _within(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
