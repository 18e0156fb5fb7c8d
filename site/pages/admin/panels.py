"""Panels of our own in the page editor."""

from django.utils.html import format_html
from wagtail.admin.panels import TitleFieldPanel


class SiteTitlePanel(TitleFieldPanel):
    """The title, and beside it, unseen, the page's site: choosers stay within it."""

    class BoundPanel(TitleFieldPanel.BoundPanel):
        def render_html(self, parent_context=None):
            site = getattr(self.form, "site", None)
            scope = format_html(
                '<input type="hidden" data-site-scope value="{}">', site.pk if site else ""
            )
            return super().render_html(parent_context) + scope
