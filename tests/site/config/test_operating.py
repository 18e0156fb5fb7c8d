"""Probes, figures and the doctor."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now
from wagtail.models import Site

from config.operating import checks
from config.operating.counters import area_of
from core.contract import ask, registry
from core.contract.pieces import Health, HealthCheck
from core.contract.providers import VideoProvider
from core.members.models import Member
from core.notify.models import Notification

pytestmark = pytest.mark.django_db
PROXIED = {"x-forwarded-for": "203.0.113.9"}


def test_healthz_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")
    assert response["Cache-Control"] == "no-store"


def test_readyz_is_ready_and_keeps_reasons_from_strangers(client):
    assert client.get("/readyz").json()["ready"] is True
    stranger = client.get("/readyz", headers=PROXIED)
    assert (stranger.status_code, stranger.text) == (200, "ready\n")


def test_readyz_says_503_when_a_vital_check_fails(client, monkeypatch):
    broken = HealthCheck("database", lambda: Health(ok=False, message="gone"), is_vital=True)
    monkeypatch.setattr("config.operating.views.vital_checks", lambda: [broken])
    assert client.get("/readyz").status_code == 503
    assert "gone" not in client.get("/readyz", headers=PROXIED).text


def test_metrics_are_private(client, settings):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", headers=PROXIED).status_code == 403
    settings.METRICS_TOKEN = "a-long-token"
    assert client.get("/metrics").status_code == 403
    good = client.get("/metrics", headers={"authorization": "Bearer a-long-token"})
    assert b"lectern_request_seconds" in good.content


def test_figures_are_counted_by_area_never_by_token():
    assert area_of("/p/secret-token/asset/master.m3u8") == "playback"
    assert area_of("/beat/secret-token") == "heartbeat"
    assert area_of("/a/page/") == "page"


def test_rooms_and_plugins_answer_health_checks():
    names = {check.name for check in checks.all_checks()}
    assert {"database", "redis", "storage_privacy", "jobs", "ffmpeg"} <= names
    assert {check.name for check in ask("health_checks")} <= names


def test_bundled_video_providers_keep_their_protocol():
    providers = [p for impl in registry.impls("video_providers") for p in impl.function()]
    assert sorted(p.name for p in providers if isinstance(p, VideoProvider)) == ["ffmpeg", "mux"]


def test_doctor_passes_and_names_what_it_looked_at():
    out = StringIO()
    call_command("doctor", "--only", "database", "tables", "redis", "clock", "disk", stdout=out)
    assert "5 of 5 checks passed" in out.getvalue()


def test_doctor_warns_with_the_remedy_and_passes():
    member = Member.objects.create_user("gone@lectern.example", "s3cret-words")
    site = Site.objects.get(is_default_site=True)
    told = Notification.objects.create(member=member, site=site, kind="test", key="a", title="A")
    told.deliveries.create(channel="email", state="failed", begun_at=now())
    out = StringIO()
    call_command("doctor", "--only", "notifications", stdout=out)
    assert "warn notifications" in out.getvalue()
    assert "gone@lectern.example" in out.getvalue()
    assert "→ Ask them for another address" in out.getvalue()


def test_doctor_prints_the_remedy_and_fails(settings):
    settings.FFMPEG = "/nowhere/ffmpeg"
    out = StringIO()
    with pytest.raises(SystemExit) as leaving:
        call_command("doctor", "--only", "ffmpeg", stdout=out)
    assert leaving.value.code == 1
    assert "FAIL ffmpeg" in out.getvalue()
    assert "Set FFMPEG" in out.getvalue()
