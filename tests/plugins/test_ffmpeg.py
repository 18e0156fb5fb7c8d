"""The ffmpeg provider keeps every promise of the video contract, and a few of its own."""

import pytest

from core.contract.testing.video import VideoContract
from plugins.ffmpeg.provider import Ffmpeg


@pytest.mark.django_db
class TestFfmpeg(VideoContract):
    @pytest.fixture
    def provider(self):
        return Ffmpeg()
