"""An asset's languages: upload, have written, publish, choose, download, delete."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from core.media.chapters.queries import chapters_of
from core.media.errors import MediaError
from core.media.transcripts import hearing, services
from core.media.transcripts.cues import text_of
from core.media.transcripts.languages import label_of, normal
from core.media.transcripts.models import TranscriptVersion
from core.media.transcripts.subtitles import LARGEST, read
from core.media.transcripts.webvtt import srt, webvtt

from ..state import visible_asset
from .queries import changeable_asset, choices, rows_of, transcript_of, work_line

WRITERS = {
    "vtt": (webvtt, "text/vtt; charset=utf-8"),
    "srt": (srt, "application/x-subrip; charset=utf-8"),
    "txt": (text_of, "text/plain; charset=utf-8"),
}


@never_cache
@require_GET
def words(request, pk):
    """Every language, and the doors for another."""
    asset = changeable_asset(request, pk)
    rows = rows_of(asset)
    return render(
        request,
        "pages/admin/media/captions/index.html",
        {
            "asset": asset,
            "rows": rows,
            "replaced": _written_before(rows, hearing.replaced_at(asset)),
            "work": work_line(asset),
            "languages": choices(),
            "main": rows[0].language if rows else hearing.main_language(),
            "can_hear": hearing.has_sound(asset),
            "transcriber": hearing.transcriber_for(asset.site_id),
            "chapters": chapters_of(asset.pk),
            "page_title": _("Captions and chapters"),
            "breadcrumbs_items": crumbs(asset, _("Captions and chapters")),
        },
    )


def _written_before(rows, moment) -> bool:
    """Tell whether any words are those of a file that another one has replaced."""
    if moment is None:
        return False
    return any(row.current and row.current.created_at < moment for row in rows)


@never_cache
@require_GET
def work(request, pk):
    """The line that says how a transcription stands, for a script that asks again."""
    asset = visible_asset(request.user, pk)
    context = {"asset": asset, "work": work_line(asset)}
    return render(request, "pages/admin/media/captions/work.html", context)


def crumbs(asset, *labels) -> list[dict]:
    """The way from home to an asset's words."""
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("media_library:index"), "label": _("Media")},
        {"url": reverse("media_library:edit", args=[asset.pk]), "label": asset.title},
        *({"url": "", "label": label} for label in labels),
    ]


@require_POST
def upload(request, pk):
    """Take a file of captions as the next version of its language."""
    asset = changeable_asset(request, pk)
    file, language = request.FILES.get("file"), request.POST.get("language", "")
    if file is None:
        messages.error(request, _("Choose a file first."))
        return _back(asset)
    try:
        cues = read(file.read(LARGEST + 1), language)
        services.write(
            asset=asset,
            language=language,
            cues=cues,
            origin=TranscriptVersion.Origin.UPLOADED,
            author=request.user,
            note=file.name,
        )
    except MediaError as error:
        messages.error(request, _("“%(name)s”: %(why)s") % {"name": file.name, "why": error})
    else:
        messages.success(
            request,
            _("%(count)d captions in %(language)s are there. They begin: “%(text)s”")
            % {
                "count": len(cues),
                "language": label_of(normal(language)),
                "text": Truncator(text_of(cues[:3])).chars(40),
            },
        )
    return _back(asset)


@require_POST
def hear(request, pk):
    """Have the words written by a transcriber."""
    asset = changeable_asset(request, pk)
    try:
        hearing.ask_again(asset, normal(request.POST.get("language", "")))
    except MediaError as error:
        messages.error(request, str(error))
    return _back(asset)


@require_POST
def change(request, pk, language):
    """Publish, take back, make default, delete."""
    asset = changeable_asset(request, pk)
    transcript = transcript_of(asset, language)
    verbs = {
        "publish": lambda: services.publish(transcript, is_published=True),
        "unpublish": lambda: services.publish(transcript, is_published=False),
        "default": lambda: services.make_default(transcript),
        "delete": lambda: services.delete(transcript),
    }
    verb = verbs.get(request.POST.get("verb", ""))
    if verb is None:
        raise Http404
    verb()
    return _back(asset)


@require_GET
def download(request, pk, language, ending):
    """Hand out the version that counts, as a file."""
    asset = visible_asset(request.user, pk)
    transcript = transcript_of(asset, language)
    if ending not in WRITERS:
        raise Http404
    write, content_type = WRITERS[ending]
    name = f"{asset.title}.{language}.{ending}".replace("/", "-").replace("\\", "-")
    disposition = content_disposition_header(as_attachment=True, filename=name)
    headers = {"Content-Disposition": disposition}
    return HttpResponse(write(transcript.current.cues), content_type=content_type, headers=headers)


def _back(asset):
    return redirect("media_library:words", asset.pk)
