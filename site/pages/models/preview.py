"""How an editor looks at a draft: as one of three people."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _


class PersonaPreviews:
    """Preview modes named for who looks; ``request.previewer`` stays the editor."""

    preview_modes = [
        ("", _("As a member who just started")),
        ("completed", _("As a member who has finished")),
        ("anonymous", _("As a visitor, not signed in")),
    ]

    def serve_preview(self, request, mode_name):
        request.previewer = request.user
        request.persona = mode_name or "started"
        if mode_name == "anonymous":
            request.user = AnonymousUser()
        return super().serve_preview(request, mode_name)
