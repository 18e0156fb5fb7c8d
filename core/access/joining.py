"""Since when a member has what a tier opens: an account is one for all sites, a tier is not."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Min, OuterRef, QuerySet
from django.db.models.functions import Left, Length
from wagtail.models import PageViewRestriction

DOOR = "pageviewrestriction"


def opened_since(member: Any, path: Any = None) -> QuerySet[Any, Any]:
    """Return, as a subquery of one value, when tiers first opened a page to a member.

    ``path`` is the page's tree path, the outer query's where it is not given. Any tier of a door
    opens it, and of several doors the one that opened last counts; NULL where no tier is asked
    for, or where none of theirs opens it.
    """
    start = Left(path if path is not None else OuterRef("path"), Length(f"{DOOR}__page__path"))
    doors = PageViewRestriction.groups.through.objects.filter(
        pageviewrestriction__restriction_type=PageViewRestriction.GROUPS,
        group__joinings__member=member,
    )
    above = doors.alias(start=start).filter(start=F(f"{DOOR}__page__path")).order_by()
    opened = above.values(DOOR).annotate(since=Min("group__joinings__since"))
    since: QuerySet[Any, Any] = opened.order_by("-since").values("since")[:1]
    return since
