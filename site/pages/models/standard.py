"""Help and plain pages."""

from wagtail.fields import StreamField

from ..blocks import BODY_BLOCKS
from .base import SitePage


class Help(SitePage):
    """The index of help articles."""

    body = StreamField(BODY_BLOCKS, blank=True)


class HelpArticle(SitePage):
    """An answer."""

    body = StreamField(BODY_BLOCKS, blank=True)


class Standard(SitePage):
    """A plain page: about, terms, privacy."""

    body = StreamField(BODY_BLOCKS, blank=True)
