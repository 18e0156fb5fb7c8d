"""Draws the demo's slides and covers: folded paper in one hue a module."""

from __future__ import annotations

import math
import random
import textwrap
from itertools import pairwise
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HUES = (160, 195, 225, 260, 300, 345, 40, 80)  # one a module, around the OKLCH circle
FOLDS, SHADES = 8, 40
LINEAR_BELOW = 0.0031308  # sRGB, IEC 61966-2-1
Colour = tuple[int, int, int]


def oklch(lightness: float, chroma: float, hue: float) -> Colour:
    """SRGB of an OKLCH colour, by Björn Ottosson's published matrices, clipped to the gamut."""
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(_gamma(value) for value in linear)  # type: ignore[return-value]


def _gamma(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    curved = 12.92 * value if value <= LINEAR_BELOW else 1.055 * value ** (1 / 2.4) - 0.055
    return round(255 * curved)


def font(size: int) -> ImageFont.FreeTypeFont:
    """The face Pillow ships, at a size in pixels."""
    return ImageFont.load_default(size)  # type: ignore[return-value]


def folds(width: int, height: int, *, hue: float, seed: int, dark: bool = False) -> Image.Image:
    """Folded paper: wedges around a point below the picture, each shaded from edge to edge."""
    rng = random.Random(seed)  # noqa: S311 - a pattern, not a secret
    focus = (width * rng.uniform(0.25, 0.65), height * rng.uniform(1.02, 1.25))
    reach = 2 * (width + height)
    low, high, chroma = (0.24, 0.46, 0.06) if dark else (0.30, 0.66, 0.075)
    edges = [180 + 180 * n / FOLDS + rng.uniform(-5, 5) for n in range(FOLDS + 1)]
    edges[0], edges[-1] = 175, 365
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for number, (start, end) in enumerate(pairwise(edges)):
        base = low + (high - low) * (number + 0.5) / FOLDS
        for step in range(SHADES):
            lightness = base + (0.5 - step / SHADES) * (high - low) * 0.36
            angles = (start + (end - start) * (step + side) / SHADES for side in (0, 1.06))
            rim = [
                (
                    focus[0] + reach * math.cos(math.radians(a)),
                    focus[1] + reach * math.sin(math.radians(a)),
                )
                for a in angles
            ]
            draw.polygon([focus, *rim], fill=oklch(lightness, chroma, hue + 10 * number / FOLDS))
    return image


def cover(path: Path, *, hue: float, seed: int, size: tuple[int, int] = (1280, 720)) -> Path:
    """A picture for a card: twice the size, halved to smooth the edges."""
    width, height = size
    folds(width * 2, height * 2, hue=hue, seed=seed).reduce(2).save(path, quality=88)
    return path


def slide(
    path: Path,
    *,
    kicker: str,
    title: str,
    points: list[str],
    hue: float,
    seed: int,
    size: tuple[int, int] = (1280, 720),
) -> Path:
    """One slide of a lesson's film; the last of ``points`` is the one being spoken about."""
    width, height = size
    image = folds(width, height, hue=hue, seed=seed, dark=True)
    veil = Image.linear_gradient("L").rotate(90).resize(size).point(lambda v: 220 - int(v * 0.72))
    image.paste(Image.new("RGB", size, oklch(0.17, 0.03, hue)), mask=veil)
    draw = ImageDraw.Draw(image)
    left, top = round(width * 0.075), round(height * 0.16)
    unit = height / 720
    draw.text((left, top), kicker.upper(), font=font(round(22 * unit)), fill=oklch(0.80, 0.10, hue))
    y = top + round(48 * unit)
    face = font(round((64 if not points else 46) * unit))
    for line in textwrap.wrap(title, 26 if not points else 38):
        draw.text((left, y), line, font=face, fill=oklch(0.97, 0.01, hue))
        y += round(face.size * 1.22)
    y += round(34 * unit)
    for number, point in enumerate(points, 1):
        is_now = number == len(points)
        colour = oklch(0.97, 0.01, hue) if is_now else oklch(0.72, 0.03, hue)
        draw.text((left, y), str(number), font=font(round(32 * unit)), fill=oklch(0.80, 0.12, hue))
        draw.text((left + round(52 * unit), y), point, font=font(round(32 * unit)), fill=colour)
        y += round(58 * unit)
    image.save(path)
    return path
