"""Querysets that Django writes as SQL once a process, and runs with new values each time.

Building and writing a queryset costs about a millisecond of CPU, running the SQL a fifth of it:
what every page asks is a statement.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    IntegerField,
    QuerySet,
    UUIDField,
)
from django.db.models.query import ModelIterable, ValuesListIterable
from psycopg.sql import Literal

from .objects import Maker

Row = TypeVar("Row")
FIELDS: dict[str, Field[Any, Any]] = {
    "int": IntegerField(),
    "str": CharField(),
    "datetime": DateTimeField(),
    "UUID": UUIDField(),
    "list[int]": ArrayField(IntegerField()),
    "list[str]": ArrayField(CharField()),
    "list[UUID]": ArrayField(UUIDField()),
}
CASTS = {"list[int]": "::int[]", "list[str]": "::text[]", "list[UUID]": "::uuid[]"}


class Slot(Expression):
    """The place of a value in a statement."""

    def __init__(self, name: str, kind: str) -> None:
        super().__init__(output_field=FIELDS[kind])
        self.name, self.kind = name, kind

    def as_sql(self, _compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"%s{CASTS.get(self.kind, '')}", [self]


class IsAmong(Func):
    """True where a column is one of an array's."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, name: str, among: Any) -> None:
        super().__init__(F(name), among)


class LikeAny(Func):
    """True where a column is like one of an array's patterns."""

    template = "%(expressions)s)"
    arg_joiner = " LIKE ANY("
    output_field = BooleanField()

    def __init__(self, name: str, patterns: Any) -> None:
        super().__init__(F(name), patterns)


@dataclass(frozen=True, slots=True)
class Written:
    """One statement's SQL, and how its rows become what the queryset would have given."""

    text: str
    slots: tuple[str, ...]  # names of the values, in the order of their places
    compiler: Any
    converters: Any
    made: Callable[[Iterable[Any]], list[Any]]

    def rows(self, found: list[Any]) -> list[Any]:
        converted: Iterable[Any] = found
        if self.converters:
            converted = self.compiler.apply_converters(found, self.converters)
        return self.made(converted)


class Statement(Generic[Row]):
    """Keyword arguments are values, positional ones choose between shapes of the SQL."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        update_wrapper(self, build)
        self._build = build
        self._written: dict[tuple[Hashable, ...], Written] = {}

    def __call__(self, *shape: Hashable, **values: Any) -> list[Row]:
        """Return the rows, in one query."""
        written = self._written.get(shape)
        if written is None:
            written = self._written[shape] = self._write(shape)
        with connection.cursor() as cursor:
            cursor.execute(written.text, [values[name] for name in written.slots])
            found = cursor.fetchall()
        return written.rows(found)

    def one(self, *shape: Hashable, **values: Any) -> Row | None:
        """Return the first row, or None; the statement says which is first, and asks for one."""
        return next(iter(self(*shape, **values)), None)

    def _write(self, shape: tuple[Hashable, ...]) -> Written:
        rows = self._build(*shape, **_slots(self._build))
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        text, slots = _with_constants(*compiler.as_sql())
        made = MADE[rows._iterable_class](compiler)  # noqa: SLF001 - how Django tells rows from tuples
        columns = [column[0] for column in compiler.select[: compiler.col_count]]
        return Written(text, slots, compiler, compiler.get_converters(columns), made)


def statement(build: Callable[..., QuerySet[Any, Row]]) -> Statement[Row]:
    """Make a statement of a function that returns a queryset.

    Its keyword-only parameters stand for values that are given when it is run; their types are
    those of ``FIELDS``. Querysets may select, defer, annotate and join, but not prefetch.
    """
    return Statement(build)


def _with_constants(text: str, values: Iterable[Any]) -> tuple[str, tuple[str, ...]]:
    """Write into the SQL what is the same at every run; what is left are the slots."""
    connection.ensure_connection()
    values = tuple(values)
    places = ("%s" if isinstance(v, Slot) else _literal(v).replace("%", "%%") for v in values)
    slots = tuple(value.name for value in values if isinstance(value, Slot))
    return text.replace("%%", "%%%%") % tuple(places), slots


def _literal(value: Any) -> str:
    return Literal(value).as_string(connection.connection)


def _slots(build: Callable[..., Any]) -> dict[str, Slot]:
    asked = inspect.signature(build).parameters.values()
    return {
        one.name: Slot(one.name, one.annotation)
        for one in asked
        if one.kind is inspect.Parameter.KEYWORD_ONLY
    }


def _tuples(_compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    return lambda rows: [tuple(row) for row in rows]


def _models(compiler: Any) -> Callable[[Iterable[Any]], list[Any]]:
    """Make objects as Django's ``ModelIterable`` does."""
    make = Maker(compiler.klass_info, compiler.select).make
    more = tuple((compiler.annotation_col_map or {}).items())

    def made(rows: Iterable[Any]) -> list[Any]:
        found = [(make(row), row) for row in rows]
        for one, row in found if more else ():
            for name, column in more:
                setattr(one, name, row[column])
        return [one for one, _row in found]

    return made


MADE: dict[Any, Callable[[Any], Callable[[Iterable[Any]], list[Any]]]] = {
    ModelIterable: _models,
    ValuesListIterable: _tuples,
}
