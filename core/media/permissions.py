"""Who may add, change and choose media: Wagtail's collection permissions, and the owner."""

from __future__ import annotations

from typing import Any

from wagtail.models import Site
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from .models import Asset

policy = CollectionOwnershipPermissionPolicy(
    Asset, auth_model=Asset, owner_field_name="uploaded_by"
)


def may_upload(member: Any, site: Site) -> bool:
    """Say whether a member may add media to a site."""
    return bool(site.pk and member.is_authenticated and policy.user_has_permission(member, "add"))
