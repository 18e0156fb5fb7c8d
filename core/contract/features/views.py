"""The screens of Features: the list, one plugin, and its switch."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Site

from core.contract import ask, health, reports
from core.contract.loading import registry
from core.contract.models import PluginSettings
from core.contract.pieces import Reliance
from core.contract.queries import settings_of
from core.contract.services import flip, save_settings

from .forms import SettingsForm
from .state import Feature, features

PERMISSION = "core.change_switch"


class OperatorOnly(View):
    """Opens to whoever may change switches."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class FeaturesView(OperatorOnly, WagtailAdminTemplateMixin, TemplateView):
    """Every plugin: state, health, and where it is on."""

    template_name = "features/index.html"
    page_title = gettext_lazy("Features")
    header_icon = "sliders"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sites = list(Site.objects.all())
        rows = features(sites)
        return super().get_context_data(
            features=rows,
            sites=sites,
            troubled=[row for row in rows if row.state in {"quarantined", "resting"}],
            **kwargs,
        )


class FeatureView(OperatorOnly, WagtailAdminTemplateMixin, TemplateView):
    """One plugin: its state with the remedy, switches, health, settings."""

    template_name = "features/detail.html"
    header_icon = "sliders"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.plugin: str = kwargs["plugin"]
        self.scope = _chosen_site(request)

    def get_page_title(self) -> str:
        return self.feature().label

    def feature(self) -> Feature:
        if not hasattr(self, "_feature"):
            rows = features(list(Site.objects.all()), fresh=True)
            self._feature = next((row for row in rows if row.name == self.plugin), None)
        if self._feature is None:
            raise Http404(self.plugin)
        return self._feature

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse_lazy("lectern_features"), "label": _("Features")},
            {"url": "", "label": self.feature().label},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", self.form())
        return super().get_context_data(
            feature=self.feature(),
            scope=self.scope,
            can_test=self.plugin in registry.plugins and health.can_test_connection(self.plugin),
            **kwargs,
        )

    def form(self, data: Any = None) -> SettingsForm | None:
        loaded = registry.plugins.get(self.plugin)
        if loaded is None or not loaded.manifest.settings:
            return None
        row = PluginSettings.objects.filter(plugin=self.plugin, site=self.scope).first()
        return SettingsForm(
            data,
            manifest=loaded.manifest,
            values=settings_of(self.plugin, self.scope),
            kept=row.secrets if row else (),
        )

    def post(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if form is None:
            raise Http404(self.plugin)
        if not form.is_valid():
            messages.error(request, _("Nothing is saved yet: mend the fields below."))
            return self.render_to_response(self.get_context_data(form=form))
        if request.POST.get("action") == "test":
            return self._tested(form)
        return self._saved(request, form)

    def _saved(self, request: HttpRequest, form: SettingsForm) -> HttpResponse:
        save_settings(
            plugin=self.plugin,
            site=self.scope,
            values=form.values(),
            forgotten=form.forgotten(),
            by=request.user,
        )
        messages.success(request, _("%(plugin)s is set.") % {"plugin": self.feature().label})
        return redirect(request.get_full_path())

    def _tested(self, form: SettingsForm) -> HttpResponse:
        typed = {name: value for name, value in form.values().items() if value not in {"", None}}
        outcome = health.test_connection(self.plugin, settings_of(self.plugin, self.scope) | typed)
        return self.render_to_response(self.get_context_data(form=form, outcome=outcome))


class SwitchView(OperatorOnly, WagtailAdminTemplateMixin, TemplateView):
    """Switches a plugin on or off for one site; asks first where the site rests on it."""

    http_method_names = ("post",)
    template_name = "features/confirm.html"
    page_title = gettext_lazy("Switch it off?")
    header_icon = "warning"

    def post(self, request: HttpRequest, plugin: str, site_id: int) -> HttpResponse:
        loaded = registry.plugins.get(plugin)
        if loaded is None:
            raise Http404(plugin)
        site = get_object_or_404(Site, pk=site_id)
        is_on = request.POST.get("is_on") == "1"
        if not is_on and request.POST.get("is_sure") != "1":
            found = ask("reliances", plugin=plugin, site_id=site.pk)
            if found:
                return self._asked_back(loaded.manifest.label, site, found)
        flip(site=site, plugin=plugin, is_on=is_on, by=request.user)
        words = (
            _("%(plugin)s is on for %(site)s.") if is_on else _("%(plugin)s is off for %(site)s.")
        )
        messages.success(request, words % {"plugin": loaded.manifest.label, "site": site})
        return redirect(_back(request, plugin))

    def _asked_back(self, label: str, site: Site, found: list[Reliance]) -> HttpResponse:
        context = self.get_context_data(
            label=label,
            site=site,
            reliances=found,
            back=self.request.POST.get("back", ""),
            cancel=_back(self.request, self.kwargs["plugin"]),
        )
        return self.render_to_response(context)


class TryAgainView(OperatorOnly):
    """Closes a plugin's breakers in this process and takes them off the board."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, plugin: str) -> HttpResponse:
        if plugin not in registry.plugins:
            raise Http404(plugin)
        reports.clear(plugin)
        messages.success(request, _("It is asked again from now on."))
        return redirect(reverse("lectern_feature", args=[plugin]))


def _chosen_site(request: HttpRequest) -> Site | None:
    number = request.GET.get("site", "")
    return get_object_or_404(Site, pk=int(number)) if number.isdecimal() else None


def _back(request: HttpRequest, plugin: str) -> str:
    if request.POST.get("back") == "list":
        return reverse("lectern_features")
    return reverse("lectern_feature", args=[plugin])
