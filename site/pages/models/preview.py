"""How an editor looks at a draft: as one of three people."""

from django.utils.translation import gettext_lazy as _

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
            response = super().serve_preview(request, mode_name)
            if hasattr(response, "render"):
                response.render()  # while the persona exists
        return response
