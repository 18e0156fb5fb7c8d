"""Runs plugins' health checks and connection tests; whatever they raise is a failed check."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .loading import registry
from .pieces import Health, HealthCheck

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """A check's name and outcome."""

    name: str
    health: Health


def examine(check: HealthCheck) -> Health:
    """Run one check; one that raises has failed."""
    return _outcome(check.run)


def findings(plugin: str) -> list[Finding]:
    """Run all checks of one plugin, whether it is on or not."""
    impl = _own(plugin, "health_checks")
    if impl is None:
        return []
    try:
        checks = list(impl() or ())
    except Exception as error:  # noqa: BLE001 - the registry's isolation
        return [Finding("health_checks", _raised(error))]
    return [Finding(check.name, examine(check)) for check in checks]


def can_test_connection(plugin: str) -> bool:
    """Tell whether a plugin answers "Test connection"."""
    return _own(plugin, "test_connection") is not None


def test_connection(plugin: str, values: dict[str, Any]) -> Health:
    """Let a plugin try its settings as typed."""
    impl = _own(plugin, "test_connection")
    if impl is None:
        return Health(ok=False, message=_("This plugin has no connection to test."))
    return _outcome(lambda: impl(values))


def _own(plugin: str, hook: str) -> Callable[..., Any] | None:
    for impl in registry.impls(hook):
        if impl.plugin_name == plugin:
            function: Callable[..., Any] = impl.function
            return function
    return None


def _outcome(run: Callable[[], Health]) -> Health:
    try:
        return run()
    except Exception as error:  # noqa: BLE001 - the registry's isolation
        return _raised(error)


def _raised(error: Exception) -> Health:
    log.warning("a plugin's check failed", exc_info=error)
    return Health(
        ok=False,
        message=f"{type(error).__name__}: {error}",
        remedy=_("The check itself failed: see the log, and tell whoever keeps the plugin."),
    )
