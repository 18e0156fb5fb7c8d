"""What plugins refuse is refused, and a plugin that breaks refuses."""

from core.access.queries import reach_of
from core.access.services import may, may_each

DRIP = """
    @hookimpl
    def refusals(member, thing, at):
        if getattr(thing, "slug", "") == "{slug}":
            return Refusal("drip", "This opens in a week.", "Come back then.")
"""


def codes(decision):
    return [reason.code for reason in decision.reasons]


def test_a_plugin_refuses_a_page_and_what_only_it_shows(garden, asset, lesson, member, show_on):
    show_on(asset, lesson)
    garden.plant("drip", DRIP.format(slug="breathing"))
    assert codes(may(member, lesson)) == ["drip"]
    assert codes(may(member, asset)) == ["drip"]
    assert codes(may_each(reach_of(member, lesson.get_site()), [lesson])[lesson.pk]) == ["drip"]


def test_another_page_still_shows_the_asset(garden, asset, lesson, program, member, show_on):
    show_on(asset, lesson)
    show_on(asset, program.add_child(instance=type(lesson)(title="Open", slug="open")))
    garden.plant("drip", DRIP.format(slug="breathing"))
    assert may(member, asset).allowed
    assert codes(may(member, asset, page=lesson)) == ["drip"]


def test_a_plugin_refuses_an_asset(garden, asset, lesson, member, show_on):
    show_on(asset, lesson)
    garden.plant(
        "assets",
        """
    @hookimpl
    def refusals(thing):
        return Refusal("bare", "Not this one.") if hasattr(thing, "file_name") else None
    """,
    )
    assert may(member, lesson).allowed
    assert codes(may(member, asset)) == ["bare"]


def test_a_plugin_that_breaks_lets_nobody_in(garden, asset, lesson, member, show_on):
    show_on(asset, lesson)
    garden.plant("bad", "@hookimpl\ndef refusals(member):\n    raise RuntimeError\n")
    assert codes(may(member, lesson)) == ["plugin_failed"]
    assert codes(may(member, asset)) == ["plugin_failed"]


def test_who_edits_a_page_sees_it_all_the_same(garden, lesson, editor, boss):
    garden.plant("drip", DRIP.format(slug="breathing"))
    assert may(editor, lesson).allowed
    assert may(boss, lesson).allowed


def test_who_edits_what_is_asked_once_for_all_that_is_refused(
    garden, program, lesson, member, django_assert_num_queries
):
    garden.plant("drip", DRIP.format(slug="breathing").replace("==", "!="))
    pages = [
        program.add_child(instance=type(lesson)(title=f"{n}", slug=f"n{n}")) for n in range(30)
    ]
    may_each(reach_of(member, lesson.get_site()), pages[:1])  # which plugins are on is known now
    for some in (pages[:1], pages):
        reach = reach_of(member, lesson.get_site())
        with django_assert_num_queries(1):
            assert not any(may_each(reach, some).values())
