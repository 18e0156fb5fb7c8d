"""The offline transcriber keeps every promise, on this machine."""

from __future__ import annotations

import pytest

from core.contract.testing.plugin import PluginContract
from core.contract.testing.transcriber import TranscriberContract
from plugins.offline_speech.transcriber import OfflineSpeech

pytestmark = pytest.mark.django_db


class TestOfflineSpeech(TranscriberContract):
    @pytest.fixture
    def transcriber(self):
        return OfflineSpeech()


class TestPlugin(PluginContract):
    @pytest.fixture
    def name(self):
        return "offline_speech"
