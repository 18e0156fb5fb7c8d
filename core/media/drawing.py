"""Pictures from outside, drawn anew: what is kept is never what was sent."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from .errors import NotMedia

MOST_PIXELS = 80_000_000  # a picture with more is refused before it is decoded
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


def draw(image: BinaryIO, target: Path, *, within: tuple[int, int]) -> None:
    """Write a picture as JPEG, at most so many pixels wide and high, or raise ``NotMedia``."""
    words = _("This is not a picture we can read. Choose a JPEG, PNG or WebP file.")
    try:
        with Image.open(image, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise NotMedia(_("This picture is too large. Choose one below 80 megapixels."))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.info = {}  # comments, places and cameras stay behind
            upright.thumbnail(within)
            upright.save(target, "JPEG", quality=85, progressive=True, optimize=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise NotMedia(words) from error
