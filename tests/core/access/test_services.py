"""One function decides: pages by time and privacy, assets by the pages that show them."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.utils.timezone import now
from wagtail.models import Page

from core.access.queries import reach_of, visible
from core.access.services import explain, may, may_each, may_play
from core.media.models import Asset
from core.members.models import Member
from pages.models import Lesson


def codes(decision):
    return [reason.code for reason in decision.reasons]


def test_a_public_page_is_open_to_strangers(lesson, site):
    assert may(AnonymousUser(), lesson, site=site).allowed
    assert may(None, lesson).allowed


def test_a_page_for_members_asks_strangers_to_sign_in(lesson, program, member, restrict):
    restrict(program, "login")
    assert codes(may(None, lesson)) == ["sign_in"]
    assert may(member, lesson).allowed


def test_a_restriction_on_an_ancestor_is_the_childs_too(lesson, program, member, tier, restrict):
    restrict(program, "groups", tier)
    assert codes(may(member, lesson)) == ["not_yours"]
    member.groups.add(tier)
    assert may(member, lesson).allowed


def test_every_restriction_on_the_way_must_be_met(lesson, program, member, tier, restrict):
    restrict(program, "login")
    restrict(lesson, "groups", tier)
    assert codes(may(member, lesson)) == ["not_yours"]


def test_a_restriction_on_a_neighbour_is_nobodys_business(lesson, program, restrict):
    neighbour = program.add_child(instance=Lesson(title="Next", slug="next"))
    restrict(neighbour, "login")
    assert may(None, lesson).allowed


def test_a_group_too_many_opens_nothing(lesson, member, tier, restrict):
    restrict(lesson, "groups")
    member.groups.add(tier)
    assert codes(may(member, lesson)) == ["not_yours"]


def test_an_inactive_member_is_a_stranger(lesson, member, restrict):
    restrict(lesson, "login")
    member.is_active = False
    assert codes(may(member, lesson)) == ["sign_in"]


def test_a_shared_password_opens_nothing_by_itself(lesson, member, restrict):
    restrict(lesson, "password")
    assert codes(may(member, lesson)) == ["password"]


def test_a_draft_is_refused_but_to_who_edits_it(lesson, member, editor, boss):
    lesson.unpublish()
    lesson.refresh_from_db()
    assert codes(may(member, lesson)) == ["unpublished"]
    assert may(editor, lesson).allowed
    assert may(boss, lesson).allowed


def test_a_page_opens_and_closes_in_time(lesson, member):
    lesson.expire_at = now() + timedelta(days=2)
    lesson.save()
    assert may(member, lesson).allowed
    assert codes(may(member, lesson, now() + timedelta(days=3))) == ["gone"]


def test_a_scheduled_page_says_when_it_opens(program, member):
    page = program.add_child(
        instance=Lesson(title="Soon", slug="soon", live=False, go_live_at=now() + timedelta(days=1))
    )
    page.save_revision(approved_go_live_at=page.go_live_at)
    page.scheduled_revision_id = None
    assert codes(may(member, page)) == ["not_yet"]
    page.save_revision().publish()
    page.refresh_from_db()
    assert codes(may(member, page)) == ["not_yet"]
    assert may(member, page, now() + timedelta(days=2)).allowed


def test_a_page_of_another_site_is_refused_to_everybody(lesson, other_site, boss):
    assert codes(may(boss, lesson, site=other_site)) == ["elsewhere"]


def test_an_asset_is_seen_through_a_page_that_shows_it(asset, lesson, member, show_on, restrict):
    assert codes(may(member, asset)) == ["unused"]
    show_on(asset, lesson)
    assert may(None, asset).allowed
    restrict(lesson, "login")
    assert codes(may(None, asset)) == ["sign_in"]
    assert may(member, asset).allowed


def test_a_draft_shows_an_asset_to_nobody(asset, lesson, member, show_on):
    show_on(asset, lesson)
    lesson.unpublish()
    assert codes(may(member, asset)) == ["unpublished"]


def test_one_open_page_is_enough(asset, program, lesson, member, tier, show_on, restrict):
    show_on(asset, lesson)
    restrict(lesson, "groups", tier)
    assert not may(member, asset)
    show_on(asset, program.add_child(instance=Lesson(title="Taster", slug="taster")))
    assert may(member, asset).allowed
    assert codes(may(member, asset, page=lesson)) == ["not_yours"]


def test_many_pages_are_refused_on_a_site_they_do_not_stand_on(lesson, other_site, member, boss):
    for person in (None, member, boss):
        assert codes(may_each(reach_of(person, other_site), [lesson])[lesson.pk]) == ["elsewhere"]


def test_an_asset_is_not_seen_through_a_page_of_another_site(asset, other_site, member, show_on):
    page = other_site.root_page.add_child(instance=Lesson(title="Copy", slug="copy"))
    show_on(asset, page)
    assert codes(may(member, asset)) == ["unused"]
    assert codes(may(member, asset, site=other_site)) == ["elsewhere"]


def test_staff_see_an_asset_before_any_page_shows_it(asset, boss, editor):
    assert may(boss, asset).allowed
    assert codes(may(editor, asset)) == ["unused"]


def test_a_decision_is_explained_in_plain_words(lesson, member, tier, restrict):
    restrict(lesson, "groups", tier)
    assert explain(may(member, lesson)) == (
        "Refused:\n- Your membership does not include this. Ask us what it takes to open it."
    )
    member.groups.add(tier)
    assert explain(may(member, lesson)) == "Allowed."


def test_the_command_answers_for_pages_and_assets(lesson, asset, member, restrict, capsys):
    call_command("may", member.email, str(lesson.pk))
    call_command("may", "anonymous", "/diamond-plus/breathing/")
    with pytest.raises(SystemExit):
        call_command("may", member.email, str(asset.pk))
    assert capsys.readouterr().out == (
        "Allowed.\nAllowed.\n"
        "Refused:\n- No page shows this yet. Put it on a page that you may see.\n"
    )
    with pytest.raises(CommandError):
        call_command("may", "nobody@lectern.example", "1")


@pytest.mark.parametrize("who", ["stranger", "member", "in_tier", "editor", "boss", "inactive"])
def test_the_filter_and_the_function_agree(
    who, site, program, lesson, tier, member, editor, boss, restrict, other_site
):
    """Every kind of page, asked in SQL and one by one, for every kind of person."""
    _grow(program, tier, restrict)
    other_site.root_page.add_child(instance=Lesson(title="Foreign", slug="foreign"))
    in_tier = Member.objects.create_user("diamond@lectern.example")
    in_tier.groups.add(tier)
    inactive = Member.objects.create_user("gone@lectern.example", is_active=False)
    person = {"stranger": None, "member": member, "in_tier": in_tier, "editor": editor,
              "boss": boss, "inactive": inactive}[who]  # fmt: skip
    live = Page.objects.filter(depth__gt=1, live=True)
    one_by_one = {page.title for page in live if may(person, page, site=site)}
    in_sql = set(Page.objects.filter(visible(person, site)).values_list("title", flat=True))
    assert in_sql == one_by_one - {"Expired"}
    assert "Draft" not in in_sql


def _grow(program, tier, restrict):
    for title in ("Open", "Login", "Tier", "Password", "Draft", "Expired"):
        page = program.add_child(instance=Lesson(title=title, slug=title.lower()))
        page.add_child(instance=Lesson(title=f"Below {title}", slug="below"))
        if title in {"Login", "Password"}:
            restrict(page, title.lower())
        if title == "Tier":
            restrict(page, "groups", tier)
        if title == "Draft":
            Page.objects.filter(pk=page.pk).update(live=False)
        if title == "Expired":
            Page.objects.filter(pk=page.pk).update(expire_at=now() - timedelta(days=1))


def test_filtering_pages_costs_one_query(site, member, program, django_assert_num_queries):
    with django_assert_num_queries(1):
        list(Page.objects.filter(visible(member, site)))
    with django_assert_num_queries(1):
        list(Lesson.objects.filter(visible(member, site)))


def test_deciding_for_an_asset_costs_one_query(
    asset, lesson, member, site, show_on, restrict, django_assert_num_queries
):
    show_on(asset, lesson)
    restrict(lesson, "login")
    may(member, asset, site=site)
    with django_assert_num_queries(1):
        may(member, asset, site=site)
    assert Asset.objects.count() == 1


@pytest.mark.parametrize("who", ["stranger", "member", "editor", "boss"])
def test_many_pages_are_decided_as_one_by_one(
    who, site, program, tier, member, editor, boss, restrict, django_assert_max_num_queries
):
    _grow(program, tier, restrict)
    person = {"stranger": None, "member": member, "editor": editor, "boss": boss}[who]
    pages = list(Page.objects.filter(depth__gt=2))
    with django_assert_max_num_queries(3):
        reach = reach_of(person, site)
        decisions = may_each(reach, pages)
    assert decisions == {page.pk: may(person, page, site=site) for page in pages}
    seen = list(Page.objects.filter(visible(person, site)))
    assert set(Page.objects.filter(reach.visible())) == set(seen)
    with django_assert_max_num_queries(0):
        assert all(may_each(reach, seen).values())


def test_a_page_at_hand_shows_its_asset_without_a_query(
    asset, lesson, member, site, show_on, restrict, django_assert_num_queries
):
    show_on(asset, lesson)
    restrict(lesson, "login")
    reach = reach_of(member, site)
    with django_assert_num_queries(0):
        assert may_play(reach, lesson, asset).allowed


def test_a_page_at_hand_decides_as_any_other(
    asset, lesson, member, site, tier, show_on, restrict, other_site
):
    show_on(asset, lesson)
    restrict(lesson, "groups", tier)
    assert codes(may_play(reach_of(member, site), lesson, asset)) == ["not_yours"]
    assert codes(may_play(reach_of(None, site), lesson, asset)) == ["sign_in"]
    member.groups.add(tier)
    assert may_play(reach_of(member, site), lesson, asset).allowed
    assert codes(may_play(reach_of(member, other_site), lesson, asset)) == ["elsewhere"]
    unshown = Asset.objects.create(site=site, title="Other")
    assert codes(may_play(reach_of(member, site), lesson, unshown)) == ["unused"]
    lesson.live = False
    Page.objects.filter(pk=lesson.pk).update(live=False)
    assert not may_play(reach_of(member, site), lesson, asset)
