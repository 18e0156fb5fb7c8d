"""Who fetches private feeds: evidence for a person who decides, and the three decisions."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_POST
from wagtail.admin.viewsets.base import ViewSet
from wagtail.models import Page
from wagtail.permission_policies.pages import PagePermissionPolicy

from core.access.feeds.models import FeedKey, FeedVisit
from core.access.feeds.queries import days_of, evidence
from core.access.feeds.services import forgive_feed_key, revoke_feed_keys, suspend_feed_key
from core.members.queries import sites_of

SHOWN = 50


class Words(forms.CharField):
    """What is typed on several lines, each line's end counted once, as browsers count it."""

    def to_python(self, value):
        return super().to_python(value).replace("\r\n", "\n")


class SuspendForm(forms.Form):
    reason = Words(
        label=lazy("What the member reads"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=lazy("It is the description of the one episode their app will show."),
    )


def keys_for(request: HttpRequest) -> QuerySet[FeedKey]:
    """Return the keys somebody decides about: of shows that they may publish, on their sites."""
    shows = PagePermissionPolicy(Page).instances_user_has_permission_for(request.user, "publish")
    rows = FeedKey.objects.filter(kind=FeedKey.Kind.PODCAST, revoked_at=None)
    return rows.filter(site__in=sites_of(request.user), page__in=shows.order_by().values("pk"))


def index(request: HttpRequest) -> HttpResponse:
    """The keys, the most widely fetched first."""
    pages = Paginator(evidence(keys_for(request)), SHOWN)
    facts = {
        "page_title": _("Private feeds"),
        "rows": pages.get_page(request.GET.get("p")),
        "breadcrumbs_items": [{"url": "", "label": _("Private feeds")}],
    }
    return render(request, "pages/admin/feeds/index.html", facts)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One key: who fetched it on which day, and what to do about it."""
    return _shown(request, _key(request, pk), SuspendForm())


def _key(request: HttpRequest, pk: int) -> FeedKey:
    return get_object_or_404(keys_for(request).select_related("member", "page"), pk=pk)


def _shown(request: HttpRequest, key: FeedKey, form: SuspendForm) -> HttpResponse:
    days = days_of([key.pk])
    apps = FeedVisit.objects.filter(key=key, day__gte=days[0].day).values("app")
    facts = {
        "page_title": _("Private feed of %(member)s") % {"member": key.member},
        "key": key,
        "days": days,
        "bars": _bars(days),
        "most": max(day.clients for day in days),
        "apps": apps.annotate(clients=Count("client"), fetches=Sum("times")).order_by("-fetches"),
        "form": form,
        "breadcrumbs_items": [
            {"url": reverse("podcast_feeds:index"), "label": _("Private feeds")},
            {"url": "", "label": str(key.member)},
        ],
    }
    status = 422 if form.errors else 200
    return render(request, "pages/admin/feeds/show.html", facts, status=status)


def _bars(days):
    """Return the plot: a bar a day, in the units of its own box."""
    most = max([day.clients for day in days] + [4])
    return [
        {"day": day, "x": 10 * n, "y": 100 - 100 * day.clients / most,
         "height": 100 * day.clients / most}
        for n, day in enumerate(days)
    ]  # fmt: skip


@require_POST
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Pause, end or forgive."""
    key = _key(request, pk)
    member = {"member": key.member}
    if verb == "suspend":
        form = SuspendForm(request.POST)
        if not form.is_valid():
            return _shown(request, key, form)
        suspend_feed_key(key=key, reason=form.cleaned_data["reason"])
        messages.success(request, _("The feed of %(member)s is paused and says why.") % member)
    elif verb == "end":
        revoke_feed_keys(FeedKey.objects.filter(pk=key.pk))
        messages.success(
            request, _("That address is ended. %(member)s can make a new one.") % member
        )
        return redirect("podcast_feeds:index")
    else:
        forgive_feed_key(key=key)
        messages.success(request, _("Forgiven: evidence counts from tomorrow on."))
    return redirect("podcast_feeds:show", pk)


class FeedsViewSet(ViewSet):
    name = "podcast_feeds"
    url_prefix = "podcast-feeds"
    icon = "headphones"

    def get_urlpatterns(self):
        return [
            path("", index, name="index"),
            path("<int:pk>/", show, name="show"),
            path("<int:pk>/suspend/", decide, {"verb": "suspend"}, name="suspend"),
            path("<int:pk>/end/", decide, {"verb": "end"}, name="end"),
            path("<int:pk>/forgive/", decide, {"verb": "forgive"}, name="forgive"),
        ]


viewset = FeedsViewSet()
