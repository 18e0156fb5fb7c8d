"""Bringing a show in from elsewhere: its address, how far it is, what failed and once more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
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

from ...podcasts import importing, outcomes

SHOWN = 50
READING = lazy("The feed is being read at this moment. Try again after that.")
OTHER = lazy("%(url)s is being read at this moment. Send the new address again after that.")


class ImportForm(forms.Form):
    url = forms.URLField(
        label=lazy("Address of the feed"),
        max_length=1000,
        assume_scheme="https",
        help_text=_(
            "The RSS address of the show. What you made of episodes that are here already stays."
        ),
    )
    is_ours = forms.BooleanField(required=False, widget=forms.HiddenInput)


def _show(request: HttpRequest, pk: int) -> Podcast:
    mine = PagePermissionPolicy(Page).instances_user_has_permission_for(request.user, "publish")
    return get_object_or_404(Podcast.objects.filter(pk__in=mine.order_by().values("pk")), pk=pk)


def bring(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an address, begin, and say how it goes."""
    show = _show(request, pk)
    form = ImportForm(request.POST or None, initial={"url": show.imported_from})
    if request.method == "POST" and form.is_valid():
        url, is_ours = form.cleaned_data["url"], form.cleaned_data["is_ours"]
        job = importing.begin(show=show, url=url, member=request.user, is_ours=is_ours)
        if job.payload["url"] != url:
            messages.warning(request, OTHER % {"url": job.payload["url"]})
        return redirect("podcast_import:bring", pk)
    facts = {
        "page_title": _("Bring in episodes"),
        "show": show,
        "form": form,
        "state": outcomes.state_of(show),
        "breadcrumbs_items": [_to(show), {"url": "", "label": _("Bring in episodes")}],
    }
    return render(request, "pages/admin/feeds/import.html", facts)


def state(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, for the page that waits."""
    show = _show(request, pk)
    facts = {"state": outcomes.state_of(show), "show": show}
    return render(request, "pages/admin/feeds/import_state.html", facts)


def arrived(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of every item, the show itself and what lacks something first."""
    show = _show(request, pk)
    rows = Paginator(outcomes.arrived_of(show), SHOWN).get_page(request.GET.get("p"))
    facts = _below(show, _("What came of the feed"))
    facts |= {"rows": rows, "outcomes": outcomes.outcomes(rows.object_list)}
    return render(request, "pages/admin/feeds/arrived.html", facts)


def removed(request: HttpRequest, pk: int) -> HttpResponse:
    """What came and was removed here, with a way back for each."""
    show = _show(request, pk)
    rows = Paginator(outcomes.removed_of(show), SHOWN).get_page(request.GET.get("p"))
    facts = _below(show, _("Removed here")) | {"show": show, "rows": rows}
    return render(request, "pages/admin/feeds/removed.html", facts)


def _below(show: Podcast, title: str) -> dict[str, Any]:
    """Return what stands at the top of a page below the import's screen."""
    screen = reverse("podcast_import:bring", args=[show.pk])
    above = [_to(show), {"url": screen, "label": _("Bring in episodes")}]
    return {"page_title": title, "breadcrumbs_items": [*above, {"url": "", "label": title}]}


def _to(show: Podcast) -> dict[str, str]:
    explorer = reverse("wagtailadmin_explore", args=[show.pk])
    return {"url": explorer, "label": show.get_admin_display_title()}


@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try what failed once more."""
    show = _show(request, pk)
    for job in outcomes.failed_of(show):
        retry(job)
    return redirect("podcast_import:bring", pk)


@require_POST
def back(request: HttpRequest, pk: int, arrival_pk: int) -> HttpResponse:
    """Bring one back that was removed here."""
    show = _show(request, pk)
    item = get_object_or_404(outcomes.removed_of(show), pk=arrival_pk)
    if not importing.bring_back(show=show, item=item, member=request.user):
        messages.warning(request, READING)
    return redirect("podcast_import:bring", pk)


class ImportViewSet(ViewSet):
    name = "podcast_import"
    url_prefix = "podcast-import"
    icon = "download"

    def get_urlpatterns(self):
        return [
            path("<int:pk>/", bring, name="bring"),
            path("<int:pk>/state/", state, name="state"),
            path("<int:pk>/arrived/", arrived, name="arrived"),
            path("<int:pk>/removed/", removed, name="removed"),
            path("<int:pk>/again/", again, name="again"),
            path("<int:pk>/back/<int:arrival_pk>/", back, name="back"),
        ]


viewset = ImportViewSet()
