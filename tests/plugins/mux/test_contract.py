"""The Mux provider keeps every promise of the video contract."""

import pytest

from core.contract.testing.video import VideoContract, an_asset
from plugins.mux.provider import Mux


class TestMux(VideoContract):
    @pytest.fixture(autouse=True)
    def keys(self, account, site, monkeypatch):
        monkeypatch.setattr("core.contract.testing.video.Work.site_id", site.pk)

    @pytest.fixture
    def provider(self):
        return Mux()

    @pytest.fixture
    def asset(self, site):
        asset = an_asset()
        asset.site_id = site.pk
        asset.provider_data = {"mux": {"asset": "a", "playback": "p"}}
        return asset
