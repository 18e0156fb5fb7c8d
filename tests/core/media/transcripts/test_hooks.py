"""The first rendition is told once, and transcribers are asked for."""

from __future__ import annotations

from core.contract import ask
from core.contract.providers import RenditionDraft, Transcriber
from core.jobs.models import Job
from core.media.services.preparation import publish_rendition
from core.storage.services import store_tree
from tests.core.contract.conftest import garden

__all__ = ["garden"]

LISTENS = """
@hookimpl
def asset_playable(asset_id, site_id): ...
"""
TRANSCRIBES = """
class Deaf:
    name, label, needs_account, longest_seconds = "deaf", "Deaf", False, 60.0
    def languages(self): return ("en",)
    def transcribe(self, sound, *, language, tick): ...

@hookimpl
def transcribers():
    return [Deaf()]
"""


def test_the_first_rendition_is_told_once(garden, asset, site, tmp_path):
    garden.plant("hears_it", LISTENS)
    for name in ("360p", "720p"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "index.m3u8").write_text("#EXTM3U\n")
        stored = store_tree(site=site, folder=folder, purpose=name)
        publish_rendition(asset, RenditionDraft(name), stored, fence=1)
    jobs = Job.objects.filter(kind="contract.tell", payload__plugin="hears_it")
    told = {"asset_id": str(asset.pk), "site_id": site.pk}
    assert [job.payload["arguments"] for job in jobs] == [told]


def test_transcribers_are_asked_for(garden, site):
    garden.plant("deaf", TRANSCRIBES)
    found = [one for one in ask("transcribers", site=site) if one.name == "deaf"]
    assert len(found) == 1
    assert isinstance(found[0], Transcriber)
