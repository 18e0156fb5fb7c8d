"""A text as a QR code: one SVG of one path, which no policy minds."""

from __future__ import annotations

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4  # modules around it, as ISO/IEC 18004 asks


def qr_code(text: str, label: str) -> SafeString:
    """Return the code as an image that says what it is; dark on light by day and by night."""
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    size = len(rows) + 2 * QUIET
    return format_html(
        '<svg class="qr" role="img" aria-label="{}" viewBox="0 0 {} {}"'
        ' shape-rendering="crispEdges">'
        '<rect class="qr-light" width="{}" height="{}"/><path class="qr-dark" d="{}"/></svg>',
        *(label, size, size, size, size),
        "".join(_runs(rows)),
    )


def _runs(rows: list[list[int]]) -> list[str]:
    """Return each row's dark runs as rectangles."""
    found = []
    for y, row in enumerate(rows, QUIET):
        start = None
        for x, dark in enumerate([*row, 0], QUIET):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                found.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                start = None
    return found
