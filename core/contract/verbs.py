"""The three verbs: ask collects answers, first takes one provider, tell announces."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pluggy
from django.db import connection, transaction
from django.utils.translation import gettext as _

from . import reports
from .errors import ContractError, NoProvider
from .loading import registry
from .pieces import Broken, Refusal
from .switches import is_on

if TYPE_CHECKING:
    from wagtail.models import Site

log = logging.getLogger(__name__)

PIECES = frozenset({"dashboard_cards", "lesson_panels", "navigation"})
FAIL_CLOSED = frozenset({"refusals", "allowance"})
SAVEPOINTED = frozenset({"allowance"})  # asked inside its caller's transaction
TELL = "contract.tell"


def ask(hook: str, /, *, site: Site | int | None = None, **arguments: Any) -> list[Any]:
    """Ask everybody who is on for the site; sequences are spread, None is left out.

    A plugin that fails is logged and left out; where a piece of a page was asked for, a
    ``Broken`` takes its place, and where money or access was, a ``Refusal``.
    """
    answers: list[Any] = []
    for impl in _asked(hook, site, arguments):
        answers += _isolated(hook, impl, arguments)
    return answers


def first(
    hook: str,
    /,
    *,
    name: str | None = None,
    site: Site | int | None = None,
    **arguments: Any,
) -> Any:
    """Return one provider: the one of that ``name``, else the first; raise NoProvider."""
    for impl in _asked(hook, site, arguments):
        for provider in _isolated(hook, impl, arguments):
            if name is None or getattr(provider, "name", None) == name:
                return provider
    who = f"{hook}: {name}" if name else hook
    message = f"Nobody answers for {who}. See Features: its plugin is off, missing or broken."
    raise NoProvider(message)


def answers_of(plugin: str, hook: str, /, **arguments: Any) -> list[Any]:
    """Ask one plugin alone, wherever it is on; nothing when it fails."""
    asked = _asked(hook, None, arguments)
    impls = [impl for impl in asked if impl.plugin_name == plugin]
    return [answer for impl in impls for answer in _isolated(hook, impl, arguments)]


def tell(hook: str, /, **arguments: Any) -> None:
    """Announce something that has happened: one job a listener, committed with the caller's rows.

    Arguments must be JSON; ``site_id`` decides for which site plugins are on.
    """
    site_id = arguments.get("site_id")
    for impl in _asked(hook, site_id, arguments):
        payload = {"hook": hook, "plugin": impl.plugin_name, "arguments": arguments}
        _enqueue(kind=TELL, payload=payload, site_id=site_id, key="")


def deliver(*, hook: str, plugin: str, arguments: Mapping[str, Any]) -> None:
    """Tell one listener; what it raises is the job's, which retries it."""
    for impl in _asked(hook, arguments.get("site_id"), arguments):
        if impl.plugin_name == plugin:
            with transaction.atomic():
                _call(impl, arguments)


def _enqueue(**arguments: Any) -> None:
    for impl in registry.impls("enqueue_job"):
        if _call(impl, arguments) is not None:
            return
    message = "Nobody answers enqueue_job: the announcement cannot be handed on."
    raise NoProvider(message)


def _asked(
    hook: str, site: Site | int | None, arguments: Mapping[str, Any]
) -> Iterator[pluggy.HookImpl]:
    impls = registry.impls(hook)
    spec = getattr(registry.manager.hook, hook).spec
    if set(arguments) != set(spec.argnames):
        message = f"{hook} takes {', '.join(spec.argnames) or 'nothing'}."
        raise ContractError(message)
    return (impl for impl in impls if is_on(impl.plugin_name, site))


def _isolated(hook: str, impl: pluggy.HookImpl, arguments: Mapping[str, Any]) -> list[Any]:
    plugin = impl.plugin_name
    if not registry.breaker.allows(plugin, hook):
        return _instead(hook, plugin)
    try:
        with transaction.atomic() if _needs_savepoint(hook) else nullcontext():
            answers = _spread(_call(impl, arguments))
    except Exception as error:  # one of the two places: a plugin may raise anything
        log.exception("plugin %s failed in %s", plugin, hook)
        reports.failed(plugin, hook, error)
        return _instead(hook, plugin)
    reports.succeeded(plugin, hook)
    return answers


def _call(impl: pluggy.HookImpl, arguments: Mapping[str, Any]) -> Any:
    return impl.function(**{name: arguments[name] for name in impl.argnames})


def _needs_savepoint(hook: str) -> bool:
    return hook in SAVEPOINTED and connection.in_atomic_block


def _spread(answer: Any) -> list[Any]:
    if answer is None:
        return []
    if isinstance(answer, Iterable) and not isinstance(answer, str | bytes | Mapping):
        return [part for part in answer if part is not None]
    return [answer]


def _instead(hook: str, plugin: str) -> list[Any]:
    if hook in PIECES:
        return [Broken(plugin=plugin, hook=hook)]
    if hook in FAIL_CLOSED:
        return [
            Refusal(
                code="plugin_failed",
                message=_("We could not check whether this is open to you."),
                remedy=_("Try again in a moment; if it stays so, write to us."),
            )
        ]
    return []
