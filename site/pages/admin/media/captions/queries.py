"""What editors are told about an asset's words."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from core.jobs.models import Job
from core.media.models import Asset
from core.media.permissions import policy
from core.media.transcripts import hearing
from core.media.transcripts.languages import REGIONAL, SPOKEN, label_of
from core.media.transcripts.models import Transcript

from ..state import visible_asset


def changeable_asset(request, pk) -> Asset:
    """Return an asset whose words may be changed, or refuse."""
    asset = visible_asset(request.user, pk)
    if not policy.user_has_permission_for_instance(request.user, "change", asset):
        raise PermissionDenied
    return asset


def transcript_of(asset: Asset, language: str) -> Transcript:
    """Return the transcript in a language, with the version that counts."""
    rows = asset.transcripts.select_related("current", "current__author", "asset")
    found = rows.filter(language=language).exclude(current=None).first()
    if found is None:
        raise Http404
    found.label = label_of(found.language)
    return found


def rows_of(asset: Asset) -> list[Transcript]:
    """Every transcript of an asset, with what a row says of it."""
    rows = list(asset.transcripts.select_related("current", "current__author").all())
    for row in rows:
        row.label = label_of(row.language)
        cues = row.current.cues if row.current else []
        row.count = len(cues)
        row.doubts = sum(bool(cue.get("flags")) for cue in cues)
    return rows


def choices(taken=()) -> list[tuple[str, str]]:
    """Languages to choose from, in the order of what they call themselves."""
    found = [(tag, label_of(tag)) for tag in (*SPOKEN, *REGIONAL) if tag not in taken]
    return sorted(found, key=lambda one: one[1].casefold())


def work_line(asset: Asset) -> dict | None:
    """Say how the newest transcription stands; None where there is nothing to say."""
    job = hearing.work_on(asset)
    if job and job.state == Job.State.SUCCEEDED and job.result.get("cues") == 0:
        return {"words": _("Nobody speaks here"), "tone": "waiting", "is_busy": False}
    if job is None or job.state in {Job.State.SUCCEEDED, Job.State.CANCELLED}:
        return None
    is_busy = job.state in Job.ACTIVE
    words = {
        Job.State.QUEUED: _("Waiting for a transcriber"),
        Job.State.RUNNING: _("Being written"),
        Job.State.FAILED: _("Could not be written"),
    }[job.state]
    return {
        "words": words,
        "tone": "busy" if is_busy else "failed",
        "is_busy": is_busy,
        "percent": int(100 * job.progress) if is_busy else None,
        "error": job.error,
        "language": job.payload.get("language", ""),
    }
