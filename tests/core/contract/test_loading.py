"""A plugin that does not fit is kept out by name; the house stands."""

import pytest

from core.contract import ContractError, ask, hookimpl, registry
from core.contract.discovery import Found

pytestmark = pytest.mark.usefixtures("db")


def reason_for(name):
    return registry.quarantine[name].reason


def test_a_fitting_plugin_answers(garden):
    garden.plant(
        "fitting",
        """
        @hookimpl
        def navigation(request):
            return [NavItem(label="Shop", url="/-/fitting/")]
        """,
    )
    assert [item.label for item in ask("navigation", request=None)] == ["Shop"]
    assert "fitting" not in registry.quarantine


def test_a_plugin_that_cannot_be_imported_is_kept_out_with_file_and_line(garden):
    garden.plant("falls", "import a_library_nobody_has")
    assert "No module named 'a_library_nobody_has'" in reason_for("falls")
    assert "falls.py, line 5" in reason_for("falls")


def test_a_missing_module_is_kept_out():
    registry.load([Found(name="ghost", module="ghost_module")])
    try:
        assert "No module named 'ghost_module'" in reason_for("ghost")
    finally:
        del registry.quarantine["ghost"]


def test_another_contract_number_is_kept_out(garden):
    head = """
from core.contract import Manifest
manifest = Manifest(name="{name}", version="1", contract=99, summary="")
"""
    garden.plant("from_the_future", head=head)
    assert reason_for("from_the_future") == ("It was written for contract 99; this house keeps 1.")


def test_no_manifest_is_kept_out(garden):
    garden.plant("nameless", head="")
    assert reason_for("nameless") == "nameless has no manifest."


def test_a_foreign_name_is_kept_out(garden):
    garden.write("alias", head=HEAD_OF_ANOTHER)
    registry.load([Found(name="alias", module="alias")])
    assert reason_for("alias") == "Its manifest says another, its entry point alias."


HEAD_OF_ANOTHER = """
from core.contract import Manifest
manifest = Manifest(name="another", version="1", contract=1, summary="")
"""


def test_a_misspelt_hook_is_kept_out_and_the_right_one_named(garden):
    garden.plant(
        "misspelt",
        """
        @hookimpl
        def lesson_panel(request, page):
            return []
        """,
    )
    assert reason_for("misspelt") == "It answers lesson_panel, and there is no such hook."
    assert registry.quarantine["misspelt"].remedy == "Did you mean lesson_panels?"


def test_a_foreign_argument_is_kept_out(garden):
    garden.plant(
        "talkative",
        """
        @hookimpl
        def navigation(request, weather):
            return []
        """,
    )
    assert "weather" in reason_for("talkative")
    assert not registry.manager.has_plugin("talkative")


def test_a_wrapper_is_kept_out(garden):
    garden.plant(
        "nosy",
        """
        import pluggy
        @pluggy.HookimplMarker("lectern")(wrapper=True)
        def navigation():
            return (yield)
        """,
    )
    assert reason_for("nosy") == "Its navigation wraps other plugins' answers."


def test_two_plugins_of_one_name_are_kept_out(garden):
    registry.load([Found(name="twin", module="twin_a", clash="twin_b")])
    try:
        assert reason_for("twin") == "twin_a and twin_b both call themselves twin."
    finally:
        del registry.quarantine["twin"]


NEEDY = """
from core.contract import Manifest, hookimpl
manifest = Manifest(
    name="{name}", version="1", contract=1, summary="", needs=("lesson_panels",)
)
"""
STRANGE = NEEDY.replace("lesson_panels", "clairvoyance")
PROVIDER = """
        @hookimpl
        def lesson_panels(request, page):
            return []
        """


def test_an_unknown_need_is_kept_out(garden):
    garden.plant("dreamer", head=STRANGE)
    assert reason_for("dreamer") == "It needs clairvoyance, which this house does not know."


def test_an_unmet_need_is_kept_out_and_a_met_one_is_not(garden):
    garden.plant("lonely", head=NEEDY)
    assert reason_for("lonely") == "It needs lesson_panels, and nobody here answers for it."
    registry.load([garden.write("giver", PROVIDER), garden.write("taker", head=NEEDY)])
    assert "taker" in registry.plugins


def test_needs_are_settled_again_when_a_provider_falls(garden):
    chain = NEEDY + "\n@hookimpl\ndef member_joined(member_id): pass\n"
    first_link = chain.replace('("lesson_panels",)', '("clairvoyance",)').replace(
        "def member_joined(member_id): pass", "def lesson_panels(request, page): return []"
    )
    registry.load([garden.write("a_last", head=NEEDY), garden.write("b_first", head=first_link)])
    assert set(registry.quarantine) >= {"a_last", "b_first"}


def test_strict_plugins_turns_a_misfit_into_a_failure(garden, settings):
    settings.STRICT_PLUGINS = True
    found = garden.write("falls_strictly", "1 / 0")
    with pytest.raises(ContractError, match=r"falls_strictly: .*ZeroDivisionError"):
        registry.load([found])


def test_the_house_answers_before_plugins_and_plugins_by_name():
    names = [impl.plugin_name for impl in registry.impls("jobs")]
    rooms = [name for name in names if name in registry.rooms]
    assert names == sorted(rooms) + sorted(set(names) - set(rooms))


def test_a_folder_answers_in_its_hooks_module(garden):
    garden.write("roomy", file="roomy/__init__.py")
    body = """
        from core.contract import hookimpl
        @hookimpl
        def member_joined(member_id, site_id):
            return None
        """
    found = garden.write("roomy", body, head="", file="roomy/hooks.py")
    registry.load([found])
    assert "roomy" in [impl.plugin_name for impl in registry.impls("member_joined")]


def test_hookimpl_is_the_houses_own():
    assert hookimpl.project_name == "lectern"
