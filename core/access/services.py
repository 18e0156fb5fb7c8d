"""The one function that says who may see what, when, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.permission_policies.collections import CollectionPermissionPolicy

from core.contract import ask
from core.contract.pieces import Refusal
from core.media.models import Asset

from .queries import Reach, is_edited_by, known, pages_using, unmet_for, visible

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.members.models import Member

ASSET_WORK = ("add", "change", "delete", "choose")
PAGES_TRIED = 20  # an asset on more pages than this is asked for through the first ones


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether, and if not, why: the reasons are what the member reads, the weightiest first."""

    allowed: bool
    reasons: tuple[Refusal, ...] = ()

    def __bool__(self) -> bool:
        return self.allowed


def may(
    member: Member | AnonymousUser | None,
    thing: Page | Asset,
    at: datetime | None = None,
    *,
    site: Site | None = None,
    page: Page | None = None,
) -> Decision:
    """Decide whether ``member`` may see ``thing`` at a moment (now, unless it is given).

    ``site`` is where it is asked for: what belongs to another site is refused. ``page`` says on
    which page an asset is asked for; without it any page that shows the asset will do.
    """
    person = known(member)
    moment = at or now()
    if isinstance(thing, Asset):
        reasons = _against_asset(person, thing, moment, site or thing.site, page)
    else:
        reasons = _against_page(person, thing, moment, site)
    return Decision(allowed=not reasons, reasons=tuple(reasons))


def may_each(reach: Reach, pages: Sequence[Page]) -> dict[int, Decision]:
    """Decide for many pages at once, without a query however many; other sites' are refused."""
    moment = now()
    return {page.pk: _within(reach, page, moment) for page in pages}


def _within(reach: Reach, page: Page, at: datetime) -> Decision:
    if not page.path.startswith(reach.site.root_page.path):
        return Decision(allowed=False, reasons=(_elsewhere(),))
    reasons = (
        *_against_time(page, at),
        *(
            _against(row, reach.member)
            for row in reach.unmet
            if page.path.startswith(row.page.path)
        ),
        *_asked(reach.member, page, at, reach.site),
    )
    if reasons and reach.edits(page.path):
        return Decision(allowed=True)
    return Decision(allowed=not reasons, reasons=reasons)


def may_play(reach: Reach, page: Page, asset: Asset) -> Decision:
    """Decide for an asset on a page at hand, as it is published; it costs no query to say yes.

    A page whose own field names the asset shows it; whatever else is asked the longer way.
    """
    moment = now()
    on_site = page.path.startswith(reach.site.root_page.path) and asset.site_id == reach.site.pk
    if (
        on_site
        and _names(page, asset)
        and _within(reach, page, moment)
        and not _asked(reach.member, asset, moment, reach.site, page)
    ):
        return Decision(allowed=True)
    return may(reach.member, asset, site=reach.site, page=page)


def _names(page: Page, asset: Asset) -> bool:
    fields = (f for f in page._meta.concrete_fields if f.related_model is Asset)
    return any(getattr(page, field.attname) == asset.pk for field in fields)


def explain(decision: Decision) -> str:
    """Return a decision in plain words, for staff."""
    if decision.allowed:
        return _("Allowed.")
    lines = [f"{reason.message} {reason.remedy}".strip() for reason in decision.reasons]
    return "\n".join([_("Refused:"), *(f"- {line}" for line in lines)])


def _against_page(
    person: Member | None, page: Page, at: datetime, site: Site | None
) -> Sequence[Refusal]:
    site = site or page.get_site()
    if site is None or not page.path.startswith(site.root_page.path):
        return [_elsewhere()]
    reasons = [
        *_against_time(page, at),
        *(_against(restriction, person) for restriction in unmet_for(person, page)),
        *_asked(person, page, at, site),
    ]
    return [] if reasons and is_edited_by(person, page) else reasons


def _against_time(page: Page, at: datetime) -> list[Refusal]:
    if page.expire_at and page.expire_at <= at:
        return [Refusal("gone", _("“%(title)s” is no longer available.") % {"title": page.title})]
    if page.live:
        return []
    if page.go_live_at and page.go_live_at > at:
        when = date_format(localtime(page.go_live_at), "DATETIME_FORMAT")
        message = _("“%(title)s” opens on %(when)s.") % {"title": page.title, "when": when}
        return [Refusal("not_yet", message, _("Come back then."))]
    if page.go_live_at and at > now() and page.approved_schedule:
        return []  # by that moment the schedule will have published it
    return [Refusal("unpublished", _("“%(title)s” is not published.") % {"title": page.title})]


def _against(restriction: PageViewRestriction, person: Member | None) -> Refusal:
    if person is None and restriction.restriction_type != PageViewRestriction.PASSWORD:
        return Refusal(
            "sign_in",
            _("This is for members."),
            _("Sign in to see it."),
            _sign_in_address(),
        )
    if restriction.restriction_type == PageViewRestriction.GROUPS:
        return Refusal(
            "not_yours",
            _("Your membership does not include this."),
            _("Ask us what it takes to open it."),
        )
    return Refusal(
        "password",
        _("This is kept behind a shared password, which media cannot be played with."),
        _("Ask an editor to choose who may see it by group."),
    )


def _against_asset(
    person: Member | None, asset: Asset, at: datetime, site: Site, page: Page | None
) -> Sequence[Refusal]:
    if asset.site_id != site.pk:
        return [_elsewhere()]
    shown_on = pages_using(asset)
    if page is not None:
        shown_on = shown_on.filter(pk=page.pk)
    reasons = _unless_seen(person, asset, at, site, shown_on.filter(visible(person, site, at)))
    if reasons == [] or _works_with(person, asset):
        return []
    return reasons or _closest(person, at, site, shown_on)


def _unless_seen(
    person: Member | None, asset: Asset, at: datetime, site: Site, pages: Any
) -> Sequence[Refusal] | None:
    """Return [] once a page shows the asset, what plugins refuse, or None where no page does."""
    refused: list[Refusal] | None = None
    for page in pages[:PAGES_TRIED]:
        against = _asked(person, page, at, site) or _asked(person, asset, at, site, page)
        if not against:
            return []
        refused = [*(refused or []), *against]
    return refused


def _closest(person: Member | None, at: datetime, site: Site, pages: Any) -> Sequence[Refusal]:
    """Say why the first page that would show an asset is closed."""
    page = pages.filter(path__startswith=site.root_page.path).order_by("-live", "path").first()
    if page is not None and (reasons := _against_page(person, page, at, site)):
        return reasons
    return [
        Refusal("unused", _("No page shows this yet."), _("Put it on a page that you may see."))
    ]


def _asked(
    person: Member | None, thing: Any, at: datetime, site: Site, page: Page | None = None
) -> list[Refusal]:
    return list(ask("refusals", site=site, member=person, thing=thing, page=page, at=at))


def _works_with(person: Member | None, asset: Asset) -> bool:
    """Tell whether somebody looks after an asset's collection in the media library."""
    if person is None:
        return False
    policy = CollectionPermissionPolicy(Asset)
    return bool(policy.user_has_any_permission_for_instance(person, ASSET_WORK, asset))


def _sign_in_address() -> str:
    """The thin doors have a URL table of their own, without the pages'."""
    name = str(settings.LOGIN_URL)
    return name if "/" in name else reverse(name, urlconf=settings.ROOT_URLCONF)


def _elsewhere() -> Refusal:
    return Refusal("elsewhere", _("This belongs to another site."))
