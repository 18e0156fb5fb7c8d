"""Who may add, change and choose media: collection permissions, the owner's, within one's sites."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Collection as Shelf
from wagtail.models import Site
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from core.members.queries import sites_of

from .models import Asset, Upload


class TenantAssetPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's collection permissions and the owner's, narrowed to the sites one works for."""

    def instances_user_has_any_permission_for(
        self, user: Any, actions: Iterable[str]
    ) -> QuerySet[Asset]:
        allowed: QuerySet[Asset] = super().instances_user_has_any_permission_for(user, actions)
        return allowed if user.is_superuser else allowed.filter(site__in=sites_of(user))

    def user_has_any_permission_for_instance(
        self, user: Any, actions: Collection[str], instance: Asset
    ) -> bool:
        if not super().user_has_any_permission_for_instance(user, actions, instance):
            return False
        return bool(user.is_superuser or sites_of(user).filter(pk=instance.site_id).exists())


policy = TenantAssetPolicy(Asset, auth_model=Asset, owner_field_name="uploaded_by")


def may_upload(member: Any, site: Site) -> bool:
    """Say whether a member may add media to a site."""
    if not (site.pk and member.is_authenticated):
        return False
    return (
        policy.user_has_permission(member, "add") and sites_of(member).filter(pk=site.pk).exists()
    )


def may_send(member: Any, upload: Upload) -> bool:
    """Ask again what was asked when it began: a right may have been taken away meanwhile."""
    asset = upload.asset
    if not may_upload(member, asset.site):
        return False
    is_new = upload.replaces is None and asset.uploaded_by_id == member.pk
    return is_new or bool(policy.user_has_permission_for_instance(member, "change", asset))


def shelf_for(member: Any, asked: str = "") -> Shelf | None:
    """Return the collection a member's new media goes into: the one asked for, else their first."""
    shelves = policy.collections_user_has_permission_for(member, "add")
    if asked:
        shelves = shelves.filter(pk=int(asked)) if asked.isdecimal() else shelves.none()
    first: Shelf | None = shelves.order_by("path").first()
    return first
