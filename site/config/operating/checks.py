"""The house's own health checks, and everybody else's; each says what to do when it fails."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime

import redis
from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from core.contract import ask
from core.contract.pieces import Health, HealthCheck
from core.jobs import services as jobs
from core.jobs.crews import crew_of
from core.jobs.doors import doors
from core.jobs.models import Job

LARGEST_DRIFT = 2.0
LEAST_FREE_BYTES = 2**30
QUEUE_SECONDS = 15


def good(message: str) -> Health:
    return Health(ok=True, message=message)


def bad(message: str, remedy: str) -> Health:
    return Health(ok=False, message=message, remedy=remedy)


def database() -> Health:
    """Ask for an answer, the extensions and the newest tables."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version')")
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        return bad(str(error).strip(), _("Is PostgreSQL up, and DATABASE_URL right?"))
    return good(f"PostgreSQL {version}")


def tables() -> Health:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        names = ", ".join(f"{m.app_label}.{m.name}" for m, _backwards in missing[:3])
        return bad(_("Migrations are missing: %s") % names, _("Run `manage.py migrate`."))
    return good(_("Every migration has been applied"))


def redis_answers() -> Health:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3) as client:
            client.ping()
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "noeviction")
    except redis.ResponseError:  # managed servers hide CONFIG
        return good(_("Redis answers"))
    except redis.RedisError as error:
        return bad(str(error), _("Is Redis up, and REDIS_URL right?"))
    if policy != "noeviction":
        return bad(
            _("Redis may evict keys (maxmemory-policy %s).") % policy,
            _("Set maxmemory-policy noeviction: queues and sessions are no cache."),
        )
    return good(_("Redis answers and evicts nothing"))


def queue_round_trip() -> Health:
    """Send a job that does next to nothing, and wait for a worker to do it."""
    job = jobs.enqueue(kind="jobs.forget_old", key="doctor")
    started = time.monotonic()
    while time.monotonic() - started < QUEUE_SECONDS:
        job.refresh_from_db()
        if job.state == Job.State.SUCCEEDED:
            return good(_("A job went round in %.1f s") % (time.monotonic() - started))
        if job.state == Job.State.FAILED:
            return bad(job.error, _("Look at the worker's log."))
        time.sleep(0.1)
    return bad(
        _("No worker took a job within %s s.") % QUEUE_SECONDS,
        _("Start one: `celery -A workers.app worker -Q default,mail`."),
    )


def queues_are_heard() -> Health:
    """Count the workers of each queue that a job may wait in."""
    silent = sorted({door.queue for door in doors().values() if not crew_of(door.queue).slots})
    if not silent:
        return good(_("Each queue has a worker"))
    return bad(
        _("No worker listens to: %s.") % ", ".join(silent),
        _("Start one: `celery -A workers.app worker -Q %s`.") % ",".join(silent),
    )


def ffmpeg() -> Health:
    command = [settings.FFMPEG, "-hide_banner", "-version"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return bad(str(error), _("Set FFMPEG to the path of ffmpeg 6 or newer."))
    words = done.stdout.decode(errors="replace").split()
    return (
        good(" ".join(words[:3]))
        if done.returncode == 0
        else bad(_("ffmpeg does not run."), _("Set FFMPEG to one that does."))
    )


def mail() -> Health:
    """Shake hands with the mail server; nothing is sent."""
    if settings.EMAIL_IS_MISSING:
        remedy = _("Set EMAIL_URL like smtp+tls://user:password@host:587.")
        return Health(not settings.IS_PRODUCTION, _("Mails are kept, not sent."), remedy)
    try:
        with get_connection(fail_silently=False):
            return good(_("The mail server answers"))
    except OSError as error:
        return bad(str(error), _("Is EMAIL_URL right, and may this machine send?"))


def clock() -> Health:
    """Compare this machine's clock with the database's: leases and tokens live by both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs((datetime.now(UTC) - cursor.fetchone()[0]).total_seconds())
    if drift > LARGEST_DRIFT:
        return bad(
            _("This machine and the database are %.1f s apart.") % drift,
            _("Let both follow NTP (chrony, systemd-timesyncd)."),
        )
    return good(_("This machine and the database agree within %.2f s") % drift)


def disk() -> Health:
    free = shutil.disk_usage(settings.DATA_DIR).free
    words = _("%.1f GB are free") % (free / 2**30)
    if free < LEAST_FREE_BYTES:
        return bad(words, _("Free space below %s.") % settings.DATA_DIR)
    return good(words)


def deployment() -> Health:
    found = [m for m in run_checks(include_deployment_checks=False) if m.level >= WARNING]
    if found:
        return bad(str(found[0].msg), found[0].hint or "")
    return good(_("Django's checks find nothing"))


def _own() -> list[tuple[str, Callable[[], Health], bool]]:
    return [
        ("database", database, True),
        ("tables", tables, False),
        ("redis", redis_answers, True),
        ("queue", queue_round_trip, False),
        ("queues", queues_are_heard, False),
        ("ffmpeg", ffmpeg, False),
        ("mail", mail, False),
        ("clock", clock, False),
        ("disk", disk, False),
        ("settings", deployment, False),
    ]


def all_checks() -> list[HealthCheck]:
    """Return the house's checks, then those of rooms and plugins."""
    own = [HealthCheck(name, run, is_vital) for name, run, is_vital in _own()]
    return [*own, *ask("health_checks")]


def vital_checks() -> list[HealthCheck]:
    return [check for check in all_checks() if check.is_vital]
