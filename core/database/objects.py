"""Rows of a statement as objects, made as Django makes them, without what only new objects need."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model
from django.db.models.base import ModelState
from django.db.models.query_utils import DeferredAttribute
from django.db.models.signals import post_init, pre_init

# Whose ``__init__`` does nothing more to an object that comes from the database.
IDLE = ("builtins", "django.db.models.base", "modelcluster.models", "wagtail.models.pages")


class Maker:
    """Makes one model's objects, and those that are joined to it, out of rows.

    A model's ``__init__`` sorts out its arguments, a page's counts its kinds of children as well:
    that is more work than all the rest of reading a row.
    """

    def __init__(self, facts: dict[str, Any], select: Any) -> None:
        if facts.get("from_parent"):
            raise NotImplementedError("A statement cannot join a table to the one it extends.")
        first, last = facts["select_fields"][0], facts["select_fields"][-1] + 1
        self.model: type[Model] = facts["model"]
        self.names = tuple(column[0].target.attname for column in select[first:last])
        self.part = slice(first, last)
        self.key = first + self.names.index(self.model._meta.pk.attname)
        self.new = self._by_django if _is_listened_to(self.model) else self._lightly()
        self.joined = [
            (Maker(other, select), other["local_setter"], other["remote_setter"])
            for other in facts.get("related_klass_infos", ())
        ]

    def make(self, row: tuple[Any, ...]) -> Model | None:
        """Return the row's object, or None where an outer join found nothing."""
        if row[self.key] is None:
            return None
        made = self.new(row[self.part])
        for maker, set_here, set_there in self.joined:
            other = maker.make(row)
            set_here(made, other)
            if other is not None:
                set_there(other, made)
        return made

    def _by_django(self, values: tuple[Any, ...]) -> Model:
        return self.model.from_db(DEFAULT_DB_ALIAS, self.names, values)

    def _lightly(self) -> Callable[[tuple[Any, ...]], Model]:
        minded = [name for name in self.names if _minds(getattr(self.model, name, None))]
        return partial(_filled, self.model, self.names, minded)


def _filled(
    model: type[Model], names: tuple[str, ...], minded: list[str], values: tuple[Any, ...]
) -> Model:
    """Return an object whose fields are ``values``; what is not among them is deferred."""
    made = model.__new__(model)
    state = made._state = ModelState()  # noqa: SLF001 - as Model.__init__ does
    state.adding, state.db = False, DEFAULT_DB_ALIAS
    facts = dict(zip(names, values, strict=True))
    for name in minded:
        setattr(made, name, facts.pop(name))
    made.__dict__.update(facts)
    return made


def _minds(attribute: Any) -> bool:
    """Tell whether a field does more than keep what it is given: a file, a stream of blocks."""
    return hasattr(attribute, "__set__") and not isinstance(attribute, DeferredAttribute)


def _is_listened_to(model: type[Model]) -> bool:
    """Tell whether a model's making is more than filling in its fields."""
    makes = any("__init__" in vars(one) and one.__module__ not in IDLE for one in model.__mro__)
    reads = model.from_db.__func__ is not Model.from_db.__func__  # type: ignore[attr-defined]
    return makes or reads or pre_init.has_listeners(model) or post_init.has_listeners(model)
