"""The words that the upload rows say in the browser."""

from django.urls import reverse
from django.utils.translation import gettext as _

from core.media.services.direct import upload_origins


def upload_words() -> dict[str, str]:
    """Return what ``upload_list.js`` shows, translated."""
    return {
        "of": _("%(sent)s of %(size)s"),
        "left": _("%s left"),
        "waiting": _("waiting its turn"),
        "running": _("starting"),
        "paused": _("paused"),
        "done": _("uploaded, now being prepared"),
        "failed": _("The upload stopped. Resume it; what has arrived is kept."),
        "offline": _("The connection is gone. Resume once it is back; what has arrived is kept."),
        "lost": _("stopped when the page was closed"),
        "other": _("That is another file. Choose “%s” again."),
        "finished": _("%s is uploaded."),
        "cancel": _("Cancel"),
        "hide": _("Hide"),
        "direct": "1" if upload_origins() else "",
        "library": reverse("media_library:edit", args=[_NOBODY]).replace(_NOBODY, "__id__"),
    }


_NOBODY = "00000000-0000-0000-0000-000000000000"
