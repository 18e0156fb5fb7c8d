"""Counts requests, over all web processes where PROMETHEUS_MULTIPROC_DIR is set."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.values import ValueClass

AREAS = {
    "/p/": "playback",
    "/beat/": "heartbeat",
    "/feeds/": "feed",
    "/uploads/": "upload",
    "/pictures/": "picture",
    "/static/": "static",
    "/admin/": "admin",
    "/api/": "api",
}
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
OWN = CollectorRegistry()
REQUESTS = Counter(
    "lectern_requests", "Answers by area and class of status", ["area", "status"], registry=OWN
)
SECONDS = Histogram(
    "lectern_request_seconds", "Time to answer", ["area"], buckets=BUCKETS, registry=OWN
)


def count(path: str, status: int, seconds: float) -> None:
    area = area_of(path)
    REQUESTS.labels(area, f"{status // 100}xx").inc()
    SECONDS.labels(area).observe(seconds)


def area_of(path: str) -> str:
    """Return a word for a path: few enough that a figure stays readable."""
    for prefix, area in AREAS.items():
        if path.startswith(prefix):
            return area
    return "page"


def counted() -> bytes:
    """Return the figures of every web process, else of this one."""
    if ValueClass.__name__ != "MmapedValue":
        return generate_latest(OWN)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
