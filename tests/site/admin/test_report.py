"""The report of a preparation, doing one stage again, and choosing a poster in the library."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.jobs.models import Job
from core.media.editing import services as editing_services
from core.media.models import PosterCandidate, Rendition, Stage
from core.media.services.preparation import enqueue_for
from core.storage.services import local_copy, store
from tests.site.admin.conftest import editing

LIBRARY = "/admin/media/"


@pytest.fixture
def prepared(make_asset, site, tmp_path):
    """An asset with two stages, two renditions and two frames to choose from."""
    asset = make_asset("Film", duration=90)
    begin = now()
    for position, (name, seconds) in enumerate([("ladder", 30), ("sound", 10)]):
        Stage.objects.create(
            asset=asset,
            name=name,
            label=name.title(),
            position=position,
            state="done",
            made=[f"{name}-made"],
            cpu_seconds=2.5,
            started_at=begin,
            finished_at=begin + timedelta(seconds=seconds),
        )
    for position in range(2):
        path = tmp_path / f"{position}.jpg"
        path.write_bytes(b"\xff\xd8\xff picture %d" % position)
        stored = store(site=site, source=path, content_type="image/jpeg", purpose="still")
        frame = {"object": stored, "position": position, "seconds": 9.0 * position}
        PosterCandidate.objects.create(asset=asset, **frame)
    stored = store(site=site, source=path, content_type="video/mp4", purpose="file")
    asset.original = stored
    asset.save()
    Rendition.objects.create(
        asset=asset, name="video.mp4", kind="file", object=stored, width=1280, height=720,
        average_bit_rate=2_340_000, quality=93.4,
    )  # fmt: skip
    return asset


def test_the_report_tells_times_rates_and_quality(as_, editor, prepared):
    page = as_(editor).get(f"{LIBRARY}{prepared.pk}/report/").content.decode()
    for words in ("30.0 s", "40.0 s", "5.0 s", "1280 × 720", "2.3 Mbit/s", ">93<"):
        assert words in page
    assert '<rect x="75.0" y="1" width="25.0"' in page
    assert page.count("?stage=") == 2
    assert "style=" not in page


def test_one_stage_is_done_again(as_, editor, prepared):
    as_(editor).post(f"{LIBRARY}{prepared.pk}/retry/?stage=sound")
    job = Job.objects.get(subject=f"asset:{prepared.pk}")
    assert job.payload == {"asset": str(prepared.pk), "again": ["sound-made"]}


def test_a_stage_is_not_offered_again_while_another_version_is_prepared(as_, editor, prepared):
    edition = editing_services.cut(asset=prepared, kept=[(1.0, 9.0)])
    client = as_(editor)
    page = client.get(f"{LIBRARY}{prepared.pk}/report/").content.decode()
    assert (page.count("?stage="), 'data-busy="true"' in page) == (0, True)
    address = f"{LIBRARY}{prepared.pk}/retry/?stage=sound&report=1"
    answer = client.post(address, headers={"X-Requested-With": "XMLHttpRequest"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "text/plain; charset=utf-8")
    assert answer.content.decode().startswith("Another version of “Film” is being prepared.")
    page = client.post(address, follow=True).content.decode()
    assert "Another version of" in page  # a form is told on the page that follows
    editing_services.stop(edition)
    page = client.get(f"{LIBRARY}{prepared.pk}/report/").content.decode()
    assert (page.count("?stage="), 'data-busy="true"' in page) == (2, False)


def test_a_frame_is_shown_to_those_who_may_change_it(as_, editor, prepared, other_home):
    address = f"{LIBRARY}{prepared.pk}/stills/1/"
    answer = as_(editor).get(address)
    assert b"".join(answer) == b"\xff\xd8\xff picture 1"
    assert answer["Content-Type"] == "image/jpeg"
    assert as_(editing(other_home, "Other")).get(address).status_code == 404
    assert as_(editor).get(f"{LIBRARY}{prepared.pk}/stills/7/").status_code == 404


def test_an_editor_makes_a_frame_the_poster(as_, editor, prepared):
    page = as_(editor).get(f"{LIBRARY}{prepared.pk}/").content.decode()
    assert page.count('class="asset-still"') == 2
    form = {"title": "Film, renamed", "tags": "", "still": "1"}
    answer = as_(editor).post(f"{LIBRARY}{prepared.pk}/", form)
    assert answer.status_code == 302
    prepared.refresh_from_db()
    assert prepared.title == "Film, renamed"
    with local_copy(prepared.poster) as path:
        assert path.read_bytes() == b"\xff\xd8\xff picture 1"


@pytest.mark.parametrize(("is_late", "kind"), [(False, "prepare"), (True, "improve")])
def test_a_stage_is_not_done_again_beside_work_that_knows_nothing_of_it(
    as_, editor, prepared, is_late, kind
):
    prepared.stages.filter(name="sound").update(is_late=is_late)
    enqueue_for(prepared, f"media.{kind}", ())
    page = as_(editor).post(f"{LIBRARY}{prepared.pk}/retry/?stage=sound", follow=True)
    assert "Wait until that has ended" in page.content.decode()
    assert Job.objects.filter(subject=f"asset:{prepared.pk}").count() == 1
    assert prepared.stages.get(name="sound").state == "done"
