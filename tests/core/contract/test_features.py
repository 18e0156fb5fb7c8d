"""Features: operators see what is installed and how it fares, flip it, set it, try it."""

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.test import Client
from wagtail.models import ModelLogEntry

from core.contract import is_on, registry, settings_of
from core.contract.services import save_settings
from core.members.models import Member

pytestmark = pytest.mark.usefixtures("db")
LIST = "/admin/features/"
CLOUD = """
from core.contract import Manifest, Setting, hookimpl
from core.contract.pieces import Health, HealthCheck
manifest = Manifest(
    name="{name}", version="2.4", contract=1, summary="Keeps files in a cloud.", settings=(
        Setting("bucket", "Bucket", required=True, help="Where files go."),
        Setting("key", "Access key", kind="secret", required=True),
        Setting("parts", "Parts", kind="integer", default=4),
        Setting("private", "Private", kind="boolean", default=True),
        Setting("region", "Region", kind="choice", default="eu", choices=(("eu", "Europe"),)),
        Setting("address", "Address", kind="url"),
    ),
)
tried = []
@hookimpl
def test_connection(values):
    tried.append(values)
    if values["key"] == "explode":
        1 / 0
    return Health(ok=values["key"] == "right", message="Tried.", remedy="Type the right key.")
@hookimpl
def health_checks():
    return [HealthCheck("Bucket", lambda: Health(ok=False, message="The bucket is full."))]
"""


def signed_in(*permissions, superuser=False):
    who = Member.objects.create_user("who@lectern.example", "s3cret-words", is_superuser=superuser)
    group = Group.objects.create(name="theirs")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", *permissions]))
    who.groups.add(group)
    client = Client()
    client.force_login(who, settings.AUTHENTICATION_BACKENDS[0])
    return client


@pytest.fixture
def operator():
    return signed_in("change_switch")


@pytest.fixture
def cloud(garden):
    garden.plant("cloud", head=CLOUD)
    return "/admin/features/cloud/"


VALUES = {"bucket": "attic", "key": "right", "parts": "8", "region": "eu", "address": ""}


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_editors_see_nothing_of_it(site, cloud):
    editor = signed_in()
    assert "/admin/features/" not in text_of(editor, "/admin/")
    for address in (LIST, cloud):
        assert editor.get(address).status_code == 302
    answer = editor.post(f"{cloud}switch/{site.pk}/", {"is_on": "0"})
    assert answer.status_code == 302
    assert is_on("cloud", site)


def test_strangers_are_sent_to_sign_in(cloud):
    answer = Client().get(cloud)
    assert answer.status_code == 302
    assert "login" in answer["location"]


def test_the_list_names_each_plugin_with_its_trouble(operator, cloud, garden):
    garden.plant("shaky", "1 / 0")
    text = text_of(operator, LIST)
    assert "Keeps files in a cloud." in text
    assert "The bucket is full." in text
    assert "Shaky" in text
    assert "Quarantined" in text
    assert text.index("Shaky") < text.index("Keeps files in a cloud.")


def test_a_quarantined_plugin_says_why_and_what_to_do(operator, garden):
    garden.plant("shaky", "1 / 0")
    text = text_of(operator, "/admin/features/shaky/")
    assert "shaky cannot be used: ZeroDivisionError: division by zero" in text
    assert "Mend or upgrade the plugin, then restart; or uninstall it." in text


def test_a_plugin_nobody_has_is_not_found(operator):
    assert operator.get("/admin/features/nobody/").status_code == 404


def test_a_flip_works_at_once_for_its_site_and_is_logged(operator, cloud, site, other_site):
    answer = operator.post(f"{cloud}switch/{site.pk}/", {"is_on": "0"})
    assert answer["location"] == cloud
    assert (is_on("cloud", site), is_on("cloud", other_site)) == (False, True)
    entry = ModelLogEntry.objects.get(action="lectern.switch")
    assert entry.user.email == "who@lectern.example"
    assert entry.formatter.format_message(entry) == f"cloud off for {site.hostname}"


def test_the_form_is_made_of_the_schema(operator, cloud):
    text = text_of(operator, cloud)
    for words in ("Where files go.", 'type="password"', 'type="number"', "Europe", 'type="url"'):
        assert words in text


def test_saving_keeps_values_and_never_shows_a_secret_again(operator, cloud):
    assert operator.post(cloud, VALUES | {"action": "save"}).status_code == 302
    expected = {"bucket": "attic", "key": "right", "parts": 8, "private": False}
    assert expected.items() <= settings_of("cloud").items()
    text = text_of(operator, cloud)
    assert 'value="right"' not in text
    assert "Kept; type to replace it" in text
    [entry] = ModelLogEntry.objects.filter(action="lectern.plugin_settings")
    assert "right" not in str(entry.data)
    assert "bucket" in entry.formatter.format_message(entry)


def test_a_kept_secret_may_stay_empty_and_be_removed(operator, cloud):
    save_settings(plugin="cloud", values={"key": "right"})
    operator.post(cloud, VALUES | {"key": ""})
    assert settings_of("cloud")["key"] == "right"
    operator.post(cloud, VALUES | {"key": "", "forget__key": "on"})
    assert settings_of("cloud")["key"] == ""


def test_what_is_missing_is_said_and_nothing_typed_is_lost(operator, cloud):
    answer = operator.post(cloud, VALUES | {"bucket": "", "key": "typed-just-now"})
    text = answer.content.decode()
    assert "This field is required." in text
    assert "typed-just-now" in text
    assert settings_of("cloud")["key"] == ""


@pytest.mark.parametrize(
    "key, words",
    [
        ("right", "Tried."),
        ("wrong", "Type the right key."),
        ("explode", "ZeroDivisionError: division by zero"),
    ],
)
def test_a_connection_is_tried_without_saving(operator, cloud, key, words):
    text = operator.post(cloud, VALUES | {"key": key, "action": "test"}).content.decode()
    assert words in text
    assert registry.plugins["cloud"].hooks.tried[-1]["bucket"] == "attic"
    assert settings_of("cloud")["key"] == ""


def test_a_connection_is_tried_with_the_kept_secret(operator, cloud):
    save_settings(plugin="cloud", values={"key": "right"})
    operator.post(cloud, VALUES | {"key": "", "action": "test"})
    assert registry.plugins["cloud"].hooks.tried[-1]["key"] == "right"


def test_settings_are_kept_for_one_site(operator, cloud, site, other_site):
    operator.post(f"{cloud}?site={site.pk}", VALUES)
    assert settings_of("cloud", site)["bucket"] == "attic"
    assert settings_of("cloud", other_site)["bucket"] == ""


def test_an_open_breaker_is_shown_and_can_be_closed(operator, cloud):
    from core.contract import reports

    for _ in range(5):
        reports.failed("cloud", "navigation", RuntimeError("on purpose"))
    text = text_of(operator, cloud)
    assert "is left alone there for a while" in text
    assert "RuntimeError: on purpose" in text
    assert "Left alone for a while" in text_of(operator, LIST)
    operator.post(f"{cloud}try-again/")
    assert "on purpose" not in text_of(operator, cloud)


def test_the_list_asks_the_database_the_same_for_one_plugin_and_for_ten(
    operator, garden, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    text_of(operator, LIST)
    with CaptureQueriesContext(connection) as few:
        text_of(operator, LIST)
    for number in range(10):
        garden.plant(f"plugin_{number}")
    with django_assert_max_num_queries(len(few)):
        text_of(operator, LIST)
