"""Figures for Prometheus: requests of every web process, jobs and connections as they stand."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from .counters import counted

CONTENT_TYPE = CONTENT_TYPE_LATEST

JOBS = """
    SELECT queue, state, count(*),
           coalesce(extract(epoch FROM now() - min(created_at)), 0)
    FROM core_job WHERE state IN ('queued', 'running', 'failed') GROUP BY queue, state
"""


class House(Collector):
    """Asks the database once per scrape."""

    def collect(self) -> Iterator[Metric]:
        yield from self._jobs()
        yield self._disk()

    def _jobs(self) -> Iterator[Metric]:
        count = GaugeMetricFamily("lectern_jobs", "Jobs by state", labels=["queue", "state"])
        oldest = GaugeMetricFamily(
            "lectern_jobs_oldest_seconds", "Age of the oldest job", labels=["queue", "state"]
        )
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            for queue, state, number, age in cursor.fetchall():
                count.add_metric([queue, state], number)
                oldest.add_metric([queue, state], float(age))
        yield count
        yield oldest

    def _disk(self) -> Metric:
        free = shutil.disk_usage(Path(settings.DATA_DIR)).free
        gauge = GaugeMetricFamily("lectern_data_free_bytes", "Free bytes below DATA_DIR")
        gauge.add_metric([], free)
        return gauge


def exposition() -> bytes:
    registry = CollectorRegistry()
    registry.register(House())
    return generate_latest(registry) + counted()
