"""How an editor looks at a draft: as one of three people."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.access.services import may

from ..personas import ANONYMOUS, COMPLETED, persona


class PersonaPreviews:
    """Preview modes named for who looks; ``request.previewer`` stays the editor."""

    preview_modes = [
        ("", _("A member who just started")),
        (COMPLETED, _("A member who has finished")),
        (ANONYMOUS, _("A visitor, not signed in")),
    ]

    def serve_preview(self, request, mode_name):
        request.previewer = request.user
        with persona(mode_name, self) as somebody:
            request.user = somebody
            response = _door(request, self) or super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                response.render()  # while the persona exists
        return response


def _door(request, page):
    """What a visitor finds in place of a page that is for members; None where it is open."""
    reasons = [why for why in may(request.user, page).reasons if why.code == "sign_in"]
    facts = {"page_title": page.title, "reasons": reasons, "is_named": True, "is_locked": True}
    return render(request, "pages/locked.html", facts) if reasons else None
