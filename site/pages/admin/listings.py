"""Flat lists of one page type each: the menu's first entries."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.viewsets.pages import PageListingViewSet

from pages.models import Event, HelpArticle, Podcast, Program


class ProgramList(PageListingViewSet):
    model = Program
    icon = "list-ul"
    menu_label = _("Programs")
    menu_order = 100
    add_to_admin_menu = True


class PodcastList(PageListingViewSet):
    model = Podcast
    icon = "headphones"
    menu_label = _("Podcasts")
    menu_order = 110
    add_to_admin_menu = True


class EventList(PageListingViewSet):
    model = Event
    icon = "calendar"
    menu_label = _("Coaching")
    menu_order = 120
    add_to_admin_menu = True
    columns = [
        *PageListingViewSet.columns,
        DateColumn("starts_at", label=_("Starts"), sort_key="starts_at"),
        Column("host", label=_("Host"), sort_key="host"),
    ]


class HelpList(PageListingViewSet):
    model = HelpArticle
    icon = "help"
    menu_label = _("Help pages")
    menu_order = 130
    add_to_admin_menu = True


VIEWSETS = [
    ProgramList("programs"),
    PodcastList("podcasts"),
    EventList("events"),
    HelpList("help_articles"),
]
