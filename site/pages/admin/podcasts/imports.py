"""Bringing a show in from elsewhere: its address, how far it is, what failed and once more."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST
from wagtail.admin import messages
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.jobs.services import retry
from pages.models import Podcast

from ...podcasts import importing

OTHER = lazy("%(url)s is being read at this moment. Send the new address again after that.")


class ImportForm(forms.Form):
    url = forms.URLField(
        label=lazy("Address of the feed"),
        max_length=1000,
        assume_scheme="https",
        help_text=_(
            "The RSS address of the show: episodes that are here already stay as they are."
        ),
    )


def _show(request: HttpRequest, pk: int) -> Podcast:
    mine = PagePermissionPolicy(Page).instances_user_has_permission_for(request.user, "publish")
    return get_object_or_404(Podcast.objects.filter(pk__in=mine.order_by().values("pk")), pk=pk)


def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an address, begin, and say how it goes."""
    show = _show(request, pk)
    form = ImportForm(request.POST or None, initial={"url": show.imported_from})
    if request.method == "POST" and form.is_valid():
        url = form.cleaned_data["url"]
        job = importing.begin(show=show, url=url, member=request.user)
        if job.payload["url"] != url:
            messages.warning(request, OTHER % {"url": job.payload["url"]})
        return redirect("podcast_import:bring", pk)
    explorer = reverse("wagtailadmin_explore", args=[show.pk])
    facts = {
        "page_title": _("Bring in episodes"),
        "show": show,
        "form": form,
        "state": importing.state_of(show),
        "breadcrumbs_items": [
            {"url": explorer, "label": show.get_admin_display_title()},
            {"url": "", "label": _("Bring in episodes")},
        ],
    }
    return render(request, "pages/admin/feeds/import.html", facts)


def state(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, for the page that waits."""
    show = _show(request, pk)
    facts = {"state": importing.state_of(show), "show": show}
    return render(request, "pages/admin/feeds/import_state.html", facts)


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try what failed once more."""
    show = _show(request, pk)
    for job in importing.failed_of(show):
        retry(job)
    return redirect("podcast_import:bring", pk)


class ImportViewSet(ViewSet):
    name = "podcast_import"
    url_prefix = "podcast-import"
    icon = "download"

    def get_urlpatterns(self):
        return [
            path("<int:pk>/", bring, name="bring"),
            path("<int:pk>/state/", state, name="state"),
            path("<int:pk>/again/", again, name="again"),
        ]


viewset = ImportViewSet()
