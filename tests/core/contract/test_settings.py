"""Settings: defaults, deployment, site; secrets encrypted, rotated, never logged."""

import json

import pytest
from wagtail.models import ModelLogEntry

from core.contract import settings_of, vault
from core.contract.models import PluginSettings
from core.contract.services import flip, reseal_all, save_settings

pytestmark = pytest.mark.usefixtures("db")
SCHEMA = """
from core.contract import Manifest, Setting
manifest = Manifest(
    name="{name}", version="1", contract=1, summary="", settings=(
        Setting("bucket", "Bucket", default="attic"),
        Setting("key", "Key", kind="secret", required=True),
    ),
)
"""


@pytest.fixture
def cloud(garden):
    return garden.plant("cloud", head=SCHEMA)


def test_the_site_overrides_the_deployment_overrides_the_default(cloud, site, other_site):
    assert settings_of("cloud", site) == {"bucket": "attic", "key": ""}
    save_settings(plugin="cloud", values={"bucket": "cellar", "key": "s3cret"})
    save_settings(plugin="cloud", site=site, values={"bucket": "shelf"})
    assert settings_of("cloud") == {"bucket": "cellar", "key": "s3cret"}
    assert settings_of("cloud", site) == {"bucket": "shelf", "key": "s3cret"}
    assert settings_of("cloud", other_site) == {"bucket": "cellar", "key": "s3cret"}


def test_a_secret_lies_encrypted_and_stays_when_left_empty(cloud):
    save_settings(plugin="cloud", values={"bucket": "cellar", "key": "s3cret"})
    save_settings(plugin="cloud", values={"bucket": "attic", "key": ""})
    row = PluginSettings.objects.get(plugin="cloud")
    assert row.values == {"bucket": "attic"}
    assert "s3cret" not in json.dumps(row.secrets)
    assert settings_of("cloud")["key"] == "s3cret"


def test_a_secret_can_be_forgotten(cloud):
    save_settings(plugin="cloud", values={"key": "s3cret"})
    save_settings(plugin="cloud", values={"key": ""}, forgotten=["key"])
    assert settings_of("cloud")["key"] == ""
    assert PluginSettings.objects.get(plugin="cloud").secrets == {}


def test_keys_rotate(cloud, settings):
    settings.PLUGIN_SECRET_KEYS = ["old"]
    save_settings(plugin="cloud", values={"key": "s3cret"})
    settings.PLUGIN_SECRET_KEYS = ["new", "old"]
    assert settings_of("cloud")["key"] == "s3cret"
    assert reseal_all() == 1
    settings.PLUGIN_SECRET_KEYS = ["new"]
    assert settings_of("cloud")["key"] == "s3cret"


def test_a_secret_without_its_key_is_missed_not_fatal(cloud, settings, caplog):
    settings.PLUGIN_SECRET_KEYS = ["old"]
    save_settings(plugin="cloud", values={"key": "s3cret"})
    settings.PLUGIN_SECRET_KEYS = ["another"]
    assert settings_of("cloud")["key"] == ""
    assert "the secret key cannot be read" in caplog.text
    with pytest.raises(vault.SecretUnreadable):
        vault.unseal(PluginSettings.objects.get(plugin="cloud").secrets["key"])


def test_every_change_is_logged_and_no_secret_is(cloud, site):
    save_settings(plugin="cloud", site=site, values={"bucket": "cellar", "key": "s3cret"})
    flip(site=site, plugin="cloud", is_on=False)
    entries = ModelLogEntry.objects.order_by("pk").values_list("action", "data")
    assert list(entries) == [
        (
            "lectern.plugin_settings",
            {"plugin": "cloud", "site": site.hostname, "fields": ["bucket", "key"]},
        ),
        ("lectern.switch", {"plugin": "cloud", "site": site.hostname, "is_on": False}),
    ]
