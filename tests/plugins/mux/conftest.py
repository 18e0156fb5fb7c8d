"""A Mux of our own, and a site that has an account there."""

import pytest
from wagtail.models import Site

from core.contract.services import flip, save_settings
from core.contract.testing import clips
from tests.plugins.mux.server import FakeMux


@pytest.fixture
def mux(tmp_path):
    folder = tmp_path / "mux"
    folder.mkdir()
    with FakeMux(folder) as server:
        yield server


@pytest.fixture
def site(db):
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def account(site, mux):
    """Switch the plugin on for the site, with the keys of the fake."""
    flip(site=site, plugin="mux", is_on=True)
    save_settings(plugin="mux", values=mux.settings, site=site)
    return mux


@pytest.fixture
def editor(django_user_model):
    return django_user_model.objects.create_superuser("editor@lectern.example")


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    return clips.h264_aac(tmp_path_factory.mktemp("film")).path
