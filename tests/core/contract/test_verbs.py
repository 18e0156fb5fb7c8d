"""ask collects, first takes one, tell announces; one that fails harms nobody else."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.contract import ContractError, NoProvider, ask, first, registry, tell
from core.contract.pieces import Broken, NavItem, Refusal
from core.contract.services import flip
from core.contract.verbs import deliver
from core.jobs.models import Job
from core.members.models import Member

pytestmark = pytest.mark.usefixtures("db")
RAISES = """
        @hookimpl
        def {hook}({arguments}):
            raise RuntimeError("on purpose")
        """


def raises(hook, arguments=""):
    return RAISES.format(hook=hook, arguments=arguments)


def links(label):
    return f"""
        @hookimpl
        def navigation():
            return [NavItem(label="{label}", url="/"), None]
        """


def test_ask_spreads_sequences_and_leaves_none_out(garden):
    garden.plant("one", links("One"))
    garden.plant("two", "@hookimpl\ndef navigation(): return None\n")
    garden.plant("three", "@hookimpl\ndef navigation(): yield NavItem(label='Three', url='/')\n")
    assert ask("navigation", request=None) == [
        NavItem(label="Three", url="/"),
        NavItem(label="One", url="/"),
    ]


def test_a_failing_piece_leaves_a_named_box_and_the_others_stay(garden):
    bad = garden.write("bad", raises("navigation"))
    registry.load([bad, garden.write("good", links("Good"))])
    assert ask("navigation", request=None) == [
        Broken(plugin="bad", hook="navigation"),
        NavItem(label="Good", url="/"),
    ]


def test_a_generator_that_fails_midway_is_isolated_too(garden):
    garden.plant("lazy", "@hookimpl\ndef navigation():\n    yield 1\n    raise ValueError\n")
    assert ask("navigation", request=None) == [Broken(plugin="lazy", hook="navigation")]


def test_a_failing_question_about_access_is_answered_no(garden):
    garden.plant("bad", raises("refusals"))
    answers = ask("refusals", member=None, thing=None, page=None, at=timezone.now())
    assert [type(answer) for answer in answers] == [Refusal]
    assert answers[0].code == "plugin_failed"


def test_a_failing_question_about_money_is_answered_no(garden):
    garden.plant("bad", raises("allowance"))
    answers = ask("allowance", site_id=1, what="upload.bytes", amount=1)
    assert [answer.code for answer in answers] == ["plugin_failed"]


def test_a_failing_statement_does_not_spoil_the_callers_transaction(garden):
    garden.plant(
        "clumsy",
        """
        from django.db import connection
        @hookimpl
        def allowance():
            connection.cursor().execute("SELECT nonsense")
        """,
    )
    with transaction.atomic():
        answers = ask("allowance", site_id=1, what="upload.bytes", amount=1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
    assert [answer.code for answer in answers] == ["plugin_failed"]


def test_other_failing_questions_are_just_left_out(garden):
    garden.plant("bad", raises("schedules"))
    with_it = ask("schedules")
    garden.clear()
    assert with_it == ask("schedules")


def test_wrong_arguments_are_the_callers_fault():
    with pytest.raises(ContractError, match="navigation takes request"):
        ask("navigation", reqest=None)


def test_an_unknown_hook_is_the_callers_fault():
    with pytest.raises(ContractError, match="no hook weather"):
        ask("weather")


PLACES = """
        class Place:
            def __init__(self, name): self.name = name
        @hookimpl
        def storage_providers():
            return [Place("shelf"), Place("cellar")]
        """


def test_first_takes_the_named_provider(garden):
    garden.plant("places", PLACES)
    assert first("storage_providers", name="cellar").name == "cellar"


def test_first_names_who_is_missing(garden):
    with pytest.raises(NoProvider, match="storage_providers: attic"):
        first("storage_providers", name="attic")


def test_first_asks_only_who_is_on(garden, site):
    garden.plant("places", PLACES)
    flip(site=site, plugin="places", is_on=False)
    with pytest.raises(NoProvider):
        first("storage_providers", name="cellar", site=site)


LISTENS = """
        @hookimpl
        def member_joined(member_id):
            from core.members.models import Member
            Member.objects.filter(pk=member_id).update(is_staff=True)
        """


def test_tell_commits_one_job_a_listener_with_the_callers_rows(garden, site):
    garden.plant("hears", LISTENS)
    garden.plant("hears_too", raises("member_joined"))
    with transaction.atomic():
        tell("member_joined", member_id=1, site_id=site.pk)
        transaction.set_rollback(True)
    assert not Job.objects.filter(kind="contract.tell").exists()
    tell("member_joined", member_id=1, site_id=site.pk)
    told = Job.objects.filter(kind="contract.tell").values_list("payload", flat=True)
    assert sorted(job["plugin"] for job in told) == ["hears", "hears_too"]


def test_tell_leaves_out_who_is_off_for_the_site_it_comes_from(garden, site, other_site):
    garden.plant("hears", LISTENS)
    flip(site=site, plugin="hears", is_on=False)
    tell("member_joined", member_id=1, site_id=site.pk)
    assert not Job.objects.filter(kind="contract.tell").exists()
    tell("member_joined", member_id=1, site_id=other_site.pk)
    [job] = Job.objects.filter(kind="contract.tell")
    assert (job.payload["plugin"], job.site_id) == ("hears", other_site.pk)


def test_deliver_reaches_one_listener_and_its_failure_is_the_jobs(garden, site):
    garden.plant("hears", LISTENS)
    garden.plant("hears_too", raises("member_joined"))
    member = Member.objects.create_user(email="m@lectern.example", password="x")
    arguments = {"member_id": member.pk, "site_id": site.pk}
    deliver(hook="member_joined", plugin="hears", arguments=arguments)
    member.refresh_from_db()
    assert member.is_staff
    with pytest.raises(RuntimeError, match="on purpose"):
        deliver(hook="member_joined", plugin="hears_too", arguments=arguments)


def test_deliver_skips_a_listener_that_was_switched_off_meanwhile(garden, site):
    garden.plant("hears_too", raises("member_joined"))
    flip(site=site, plugin="hears_too", is_on=False)
    deliver(
        hook="member_joined",
        plugin="hears_too",
        arguments={"member_id": 1, "site_id": site.pk},
    )


def test_after_five_failures_a_hook_is_left_alone_and_the_board_says_so(garden):
    from core.contract import reports

    garden.plant(
        "flaky",
        """
        calls = []
        @hookimpl
        def navigation():
            calls.append(1)
            raise RuntimeError("on purpose")
        """,
    )
    for _ in range(9):
        assert ask("navigation", request=None) == [Broken(plugin="flaky", hook="navigation")]
    assert len(registry.plugins["flaky"].hooks.calls) == 5
    [report] = reports.board("flaky")
    assert (report.hook, report.reason) == ("navigation", "RuntimeError: on purpose")
    reports.clear("flaky")
    assert reports.board("flaky") == []
    ask("navigation", request=None)
    assert len(registry.plugins["flaky"].hooks.calls) == 6
