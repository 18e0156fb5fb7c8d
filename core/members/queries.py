"""Reads of people worth a name."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Page, Site
from wagtail.permission_policies.pages import PagePermissionPolicy


def sites_of(member: Any) -> QuerySet[Site]:
    """Return the sites in whose tree a member of staff may touch a page, the default first."""
    sites: QuerySet[Site] = Site.objects.order_by("-is_default_site", "hostname", "port")
    if not member.is_active or not member.is_authenticated:
        nobodys: QuerySet[Site] = sites.none()
        return nobodys
    if member.is_superuser:
        return sites
    granted = PagePermissionPolicy(Page).instances_user_has_any_permission_for(
        member, {"add", "change", "publish"}
    )
    inside = granted.order_by().filter(path__startswith=OuterRef("root_page__path"))
    found: QuerySet[Site] = sites.filter(Exists(inside))
    return found
