"""Films made by ffmpeg in the test, brought in and prepared through the real door."""

from __future__ import annotations

import subprocess

import pytest
from wagtail.models import Site

from core.contract import hookimpl, registry
from core.jobs.models import Job
from core.jobs.services import run_now
from core.media import services
from core.members.models import Member
from plugins.ffmpeg.commands import binary


class Listener:
    """Somebody who wants to hear of assets."""

    @hookimpl
    def asset_playable(self, asset_id, site_id):
        pass

    @hookimpl
    def asset_ready(self, asset_id, site_id):
        pass

    @hookimpl
    def asset_edited(self, asset_id, site_id):
        pass

    @hookimpl
    def asset_failed(self, asset_id, site_id, reason):
        pass


@pytest.fixture
def listener():
    listener = Listener()
    registry.manager.register(listener, name="tests.listener")
    registry.rooms.add("tests.listener")
    yield
    registry.manager.unregister(listener)
    registry.rooms.discard("tests.listener")


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_UPLOADS = tmp_path / "data" / "uploads"


@pytest.fixture
def site(db):
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def editor(db):
    return Member.objects.create_superuser("editor@lectern.example", "s3cret-words")


def make(path, *options):
    """Make a film with ffmpeg; options end in the codecs."""
    command = [binary(), "-nostdin", "-v", "error", "-y", *map(str, options), str(path)]
    subprocess.run(command, check=True, timeout=120)
    return path


def picture(size="320x180", seconds=2, rate=25, more=""):
    return ("-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}{more}")


def sound(seconds=2, channels=2):
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[channels]
    source = f"sine=frequency=440:duration={seconds}:sample_rate=48000"
    return ("-f", "lavfi", "-i", f"{source},aformat=channel_layouts={layout}")


H264 = ("-c:v", "libx264", "-preset", "superfast", "-pix_fmt", "yuv420p", "-g", "25")
AAC = ("-c:a", "aac", "-b:a", "96k")


@pytest.fixture(scope="session")
def film(tmp_path_factory):
    """What most people upload."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    return make(path, *picture(seconds=6), *sound(6), *H264, *AAC)


@pytest.fixture
def ingest(site, editor):
    def do(path, **more):
        return services.ingest(site=site, member=editor, path=path, title=path.stem, **more)

    return do


@pytest.fixture
def prepare(ingest):
    """Bring a file in and do its job to the end, as a worker would."""

    def do(path, **more):
        asset = ingest(path, **more)
        job = job_of(asset)
        if job is not None:
            run_now(job)
        asset.refresh_from_db()
        return asset

    return do


def job_of(asset):
    return Job.objects.filter(kind="media.prepare", subject=f"asset:{asset.pk}").first()


def told(hook, asset):
    """How often an announcement about an asset was handed on to one who wants to hear it."""
    heard = {"payload__hook": hook, "payload__plugin": "tests.listener"}
    jobs = Job.objects.filter(kind="contract.tell", **heard)
    return sum(job.payload["arguments"]["asset_id"] == str(asset.pk) for job in jobs)
