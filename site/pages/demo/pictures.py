"""Draws the demo's slides and covers: facets of a cut stone in the brand's hues."""

from __future__ import annotations

import math
import random
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HUES = (285, 255, 220, 195, 160, 70, 40, 340)  # one a module, around the OKLCH circle
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


def facets(width: int, height: int, *, hue: float, seed: int, dark: bool = False) -> Image.Image:
    """A quiet low-relief pattern: a jittered grid of triangles, lit from the upper left."""
    rng = random.Random(seed)  # noqa: S311 - a pattern, not a secret
    step = max(width, height) / 7
    columns, rows = math.ceil(width / step) + 2, math.ceil(height / step) + 2
    points = {
        (i, j): (
            (i - 0.5 + rng.uniform(-0.36, 0.36)) * step,
            (j - 0.5 + rng.uniform(-0.36, 0.36)) * step,
        )
        for i in range(columns + 1)
        for j in range(rows + 1)
    }
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    low, high = (0.20, 0.34) if dark else (0.44, 0.80)
    for i in range(columns):
        for j in range(rows):
            square = [points[i, j], points[i + 1, j], points[i + 1, j + 1], points[i, j + 1]]
            halves = ((0, 1, 2), (0, 2, 3)) if rng.choice((True, False)) else ((0, 1, 3), (1, 2, 3))
            for half in halves:
                corners = [square[k] for k in half]
                light = (
                    1
                    - (
                        sum(x for x, _ in corners) / 3 / width
                        + sum(y for _, y in corners) / 3 / height
                    )
                    / 2
                )
                lightness = low + (high - low) * light + rng.uniform(-0.05, 0.05)
                draw.polygon(corners, fill=oklch(lightness, 0.095, hue + rng.uniform(-14, 14)))
    return image


def cover(path: Path, *, hue: float, seed: int, size: tuple[int, int] = (1280, 720)) -> Path:
    """A picture for a card: facets at twice the size, halved to smooth the edges."""
    width, height = size
    facets(width * 2, height * 2, hue=hue, seed=seed).reduce(2).save(path, quality=88)
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
    image = facets(width, height, hue=hue, seed=seed, dark=True)
    veil = Image.linear_gradient("L").rotate(90).resize(size).point(lambda v: 255 - int(v * 0.75))
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
