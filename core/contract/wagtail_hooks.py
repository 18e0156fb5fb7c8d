"""What the contract adds to Wagtail: the plugins' own hooks gated, their pages, Features."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLResolver, include, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import ModelLogEntry, Page

from . import gates, snippets
from .features.views import PERMISSION


class FeaturesItem(MenuItem):
    """Shown to operators only."""

    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_urls")
def features_urls() -> list[URLResolver]:
    return [path("features/", include("core.contract.features.urls"))]


@hooks.register("register_settings_menu_item")
def features_item() -> MenuItem:
    return FeaturesItem(
        gettext_lazy("Features"),
        reverse("lectern_features"),
        name="features",
        icon_name="sliders",
        order=10,
    )


@hooks.register("register_permissions")
def switch_permission() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="core", codename="change_switch")


@hooks.register("register_log_actions")
def contract_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action("lectern.switch")(SwitchLog)
    actions.register_action("lectern.plugin_settings")(SettingsLog)


class SwitchLog(LogFormatter):
    label = gettext_lazy("Switch a feature")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        is_on = log_entry.data.get("is_on")
        words = _("%(plugin)s on for %(site)s") if is_on else _("%(plugin)s off for %(site)s")
        return words % {key: log_entry.data.get(key, "") for key in ("plugin", "site")}


class SettingsLog(LogFormatter):
    label = gettext_lazy("Set a feature")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        fields = ", ".join(log_entry.data.get("fields", ())) or _("nothing")
        return _("%(plugin)s: changed %(fields)s") % {
            "plugin": log_entry.data.get("plugin", ""),
            "fields": fields,
        }


@hooks.register("before_serve_page")
def refuse_pages_of_plugins_that_are_off(
    page: Page, request: HttpRequest, _args: Any, _kwargs: Any
) -> None:
    gates.refuse_page_of_switched_off(page, request)


gates.load_wagtail_hooks()
snippets.gate()
