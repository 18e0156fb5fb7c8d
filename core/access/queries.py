"""Which pages a member may see, asked in SQL: nothing to invalidate, so nothing is ever stale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    Field,
    IntegerField,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils.timezone import now
from wagtail.models import GroupPagePermission, Page, PageViewRestriction, ReferenceIndex, Site

from core.database.statements import LikeAny, statement

from .above import HasAbove, above

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.members.models import Member

EDITING = ("change_page", "publish_page")
PATHS = ArrayField(CharField())
BOUNDS: dict[str, Field[Any, Any]] = {
    "root": CharField(),
    "closed": PATHS,
    "edited": PATHS,
    "at": DateTimeField(),
}


def known(member: Member | AnonymousUser | None) -> Member | None:
    """Return who is signed in and still active; everybody else is a stranger."""
    if member is None or not member.is_authenticated or not member.is_active:
        return None
    return member


def visible(member: Member | AnonymousUser | None, site: Site, at: datetime | None = None) -> Q:
    """Return a filter for page querysets: live pages of ``site`` that ``member`` may see.

    It mirrors ``may`` but for what plugins refuse; ask that for the one page a member opens.
    """
    person = known(member)
    moment = at or now()
    on_site = Q(live=True, path__startswith=site.root_page.path)
    in_time = Q(expire_at=None) | Q(expire_at__gt=moment)
    if person and person.is_superuser:
        return on_site & in_time
    open_to = Q(~HasAbove(unmet, person))
    if person:
        open_to |= Q(HasAbove(_edited, person))
    return on_site & in_time & open_to


def joinable(site: Site, at: datetime | None = None) -> Q:
    """Return a filter for live pages that anybody sees once they sign in: what a site shows off."""
    moment = at or now()
    closed = PageViewRestriction.objects.exclude(
        restriction_type__in=[PageViewRestriction.NONE, PageViewRestriction.LOGIN]
    )
    on_site = Q(live=True, path__startswith=site.root_page.path)
    in_time = Q(expire_at=None) | Q(expire_at__gt=moment)
    return on_site & in_time & Q(~Exists(above(closed)))


@dataclass(frozen=True)
class Reach:
    """How far somebody's eyes reach on a site: what keeps them out, and what they edit."""

    member: Member | None
    site: Site
    unmet: tuple[PageViewRestriction, ...]
    edited: tuple[str, ...]

    def visible(self) -> Q:
        """Return the filter of ``visible``, cheaper wherever it is used more than once."""
        parts: dict[str, Any] = {n: Value(one, BOUNDS[n]) for n, one in self.values.items()}
        return within(**parts)

    @cached_property
    def editing(self) -> tuple[str, ...]:
        """Below which tree paths nothing is refused; asked for once, where anything is."""
        return self.edited if self.unmet else tuple(edited_paths(self.member))

    def edits(self, path: str) -> bool:
        return path.startswith(self.editing)

    @property
    def values(self) -> dict[str, Any]:
        """What a statement that asks ``within`` is run with."""
        return {
            "root": self.site.root_page.path,
            "closed": _below(row.page.path for row in self.unmet),
            "edited": _below(self.edited),
            "at": now(),
        }


def _below(paths: Iterable[str]) -> list[str]:
    return [f"{path}%" for path in paths]


def within(*, root: Any, closed: Any, edited: Any, at: Any, through: str = "") -> Q:
    """Return the filter of a reach; each part a value or a statement's slot.

    ``through`` leads from what is filtered to its page ("page__").
    """
    path = f"{through}path"
    on_site = Q(**{f"{through}live": True, f"{path}__startswith": root})
    in_time = Q(**{f"{through}expire_at": None}) | Q(**{f"{through}expire_at__gt": at})
    return on_site & in_time & (~Q(LikeAny(path, closed)) | Q(LikeAny(path, edited)))


def reach_of(member: Member | AnonymousUser | None, site: Site) -> Reach:
    """Return how far ``member`` sees on ``site``, in one query, or two where they may edit it."""
    person = known(member)
    if person and person.is_superuser:
        return Reach(person, site, (), ())
    rows = _unmet_below(person is not None, root=site.root_page.path, member=person and person.pk)
    edited = _edited_by(member=person.pk) if rows and person else ()
    return Reach(person, site, tuple(rows), tuple(path for (path,) in edited))


@statement
def _unmet_below(is_known: bool, *, root: str, member: int) -> QuerySet[PageViewRestriction]:  # noqa: FBT001 - a shape
    rows = _unmet(member if is_known else None).filter(page__path__startswith=root)
    found: QuerySet[PageViewRestriction] = rows.select_related("page").order_by("page__path")
    return found.only("restriction_type", "page__path")


@statement
def _edited_by(*, member: int) -> QuerySet[GroupPagePermission, Any]:
    return _editing(member).values_list("page__path")


def unmet(member: Member | None) -> QuerySet[PageViewRestriction]:
    """Return the restrictions that keep ``member`` out, wherever they stand."""
    rows = _unmet(member.pk if member else None)
    return rows.none() if member and member.is_superuser else rows


def _unmet(member: Any) -> QuerySet[PageViewRestriction]:
    rows: QuerySet[PageViewRestriction] = PageViewRestriction.objects.exclude(
        restriction_type=PageViewRestriction.NONE
    )
    if member is None:
        return rows
    groups = PageViewRestriction.groups.through.objects.filter(
        pageviewrestriction_id=OuterRef("pk"), group__user=member
    )
    in_group = Q(restriction_type=PageViewRestriction.GROUPS) & Q(Exists(groups))
    return rows.exclude(Q(restriction_type=PageViewRestriction.LOGIN) | in_group)


def unmet_for(member: Member | None, page: Page) -> list[PageViewRestriction]:
    """Return the restrictions of a page and of its ancestors that keep ``member`` out."""
    return list(unmet(member).filter(page__path__in=_lineage(page)).order_by("page__path"))


def edited_paths(member: Member | None) -> list[str]:
    """Return the tree paths below which ``member`` may edit or publish; [""] is everywhere."""
    if member is None:
        return []
    if member.is_superuser:
        return [""]
    return [path for (path,) in _edited_by(member=member.pk)]


def is_edited_by(member: Member | None, page: Page) -> bool:
    """Tell whether ``member`` may edit or publish ``page`` in the admin."""
    if member is None:
        return False
    return member.is_superuser or _edited(member).filter(page__path__in=_lineage(page)).exists()


def pages_using(thing: Model) -> QuerySet[Page]:
    """Return the pages whose published content refers to ``thing`` (an asset, an image)."""
    references = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(thing),
        to_object_id=str(thing.pk),
    )
    numbers = references.annotate(page=Cast("object_id", IntegerField())).values("page")
    rows: QuerySet[Page] = Page.objects.filter(pk__in=numbers)
    return rows


def _edited(member: Member | None) -> QuerySet[GroupPagePermission]:
    return _editing(member.pk if member else None)


def _editing(member: Any) -> QuerySet[GroupPagePermission]:
    rows: QuerySet[GroupPagePermission] = GroupPagePermission.objects.filter(
        group__user=member, permission__codename__in=EDITING
    )
    return rows


def _lineage(page: Page) -> list[str]:
    step = Page.steplen
    return [page.path[:end] for end in range(step, len(page.path) + 1, step)]
