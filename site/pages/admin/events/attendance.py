"""Who comes to an event: a list for its editors, on the screen and as a file."""

import csv

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.timezone import localtime, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from pages.models import Attendance, Event

from ...events.queries import places_of
from ...middleware import zone

A_PAGE = 50
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def _event(request: HttpRequest, pk: int) -> Event:
    """Return an event whose page the asker may edit; others are not there."""
    policy = PagePermissionPolicy(Page)
    mine = policy.instances_user_has_any_permission_for(request.user, {"change", "publish"})
    return get_object_or_404(Event.objects.filter(pk__in=mine.order_by().values("pk")), pk=pk)


def _rows(event: Event):
    rows = Attendance.objects.filter(event=event).select_related("member")
    return rows.order_by("state", "asked_at", "pk")  # coming, gone, waiting


@never_cache
def show(request, pk) -> HttpResponse:
    """The list, a page at a time."""
    event = _event(request, pk)
    rows = _rows(event).exclude(state=Attendance.State.GONE)
    context = {
        "event": event,
        "places": places_of(event, None),
        "rows": Paginator(rows, A_PAGE).get_page(request.GET.get("p")),
        "came": rows.exclude(joined_at=None).count(),
        "page_title": _("Who comes to %(title)s") % {"title": event.get_admin_display_title()},
        "breadcrumbs_items": [
            {
                "url": reverse("wagtailadmin_pages:edit", args=[pk]),
                "label": event.get_admin_display_title(),
            },
            {"url": "", "label": _("Who comes")},
        ],
    }
    with override(zone(event.timezone)):
        return render(request, "pages/admin/events/attendance.html", context)


@never_cache
def export(request, pk) -> HttpResponse:
    """The whole list as CSV, those who took their word back included."""
    event = _event(request, pk)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{event.slug}-attendance.csv"'
    response.write("\ufeff")  # so that spreadsheets read it as UTF-8
    sheet = csv.writer(response)
    sheet.writerow([_("Name"), _("E-mail"), _("Answer"), _("Asked at"), _("Went in at")])
    for row in _rows(event).iterator():
        cells = [row.member.name, row.member.email, row.get_state_display()]
        sheet.writerow([safe(cell) for cell in [*cells, *_times(event, row)]])
    return response


def _times(event: Event, row: Attendance) -> list[str]:
    clock = zone(event.timezone)
    at = (row.asked_at, row.joined_at)
    return [localtime(one, clock).isoformat(" ", "minutes") if one else "" for one in at]


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


class AttendanceViewSet(ViewSet):
    icon = "group"

    def get_urlpatterns(self):
        return [
            path("<int:pk>/", show, name="show"),
            path("<int:pk>/list.csv", export, name="export"),
        ]


viewset = AttendanceViewSet("attendance")
