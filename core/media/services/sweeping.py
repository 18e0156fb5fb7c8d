"""Ends the uploads that nobody resumed in time."""

from __future__ import annotations

from django.utils.timezone import now

from core.media.models import Upload

from .abandoning import abandon
from .arriving import arrived


def sweep_uploads() -> int:
    """Abandon uploads nobody resumed in time; returns how many.

    Of what went straight to a provider that one knows more: the preparation asks it.
    """
    late = Upload.objects.filter(state=Upload.State.RECEIVING, expires_at__lt=now())
    expired = list(late)
    for upload in expired:
        end = arrived if upload.direct else abandon
        end(upload)
    return len(expired)
