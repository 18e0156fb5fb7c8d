"""Questions about the pages above a page, as SQL that Django writes once a process.

A screen asks what a member may see in five queries. Written by the ORM each time, the same
nested subqueries took most of a page's CPU.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import BooleanField, Exists, Expression, F, OuterRef, QuerySet
from django.db.models.functions import Left, Length
from wagtail.models import Page

from core.members.models import Member

Rows = Callable[[Member | None], QuerySet[Any]]
SOMEBODY = -1  # stands for the member in the SQL that is kept
PATH = '"wagtailcore_page"."path"'
ALIAS = re.compile(r"\b[UVW]\d+\b")


class HasAbove(Expression):
    """True where ``rows(member)`` has one whose page is the queried page or above it."""

    output_field = BooleanField()

    def __init__(self, rows: Rows, member: Member | None) -> None:
        super().__init__()
        self.rows, self.pk = rows, member.pk if member else None
        self.path: Any = F("path")

    def get_source_expressions(self) -> list[Any]:
        return [self.path]

    def set_source_expressions(self, expressions: Any) -> None:
        [self.path] = expressions

    def as_sql(self, compiler: Any, _connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        path, path_values = compiler.compile(self.path)
        assert not path_values  # noqa: S101 - a column has none
        text, values = _written(self.rows, self.pk is not None)
        return text.replace(PATH, path), [self.pk if v == SOMEBODY else v for v in values]


@cache
def _written(rows: Rows, is_known: bool) -> tuple[str, tuple[Any, ...]]:  # noqa: FBT001 - a key
    """Return the condition and its values; its aliases are its own, wherever it is put."""
    somebody = Member(pk=SOMEBODY) if is_known else None
    pages = Page.objects.order_by().filter(Exists(above(rows(somebody)))).values("pk")
    text, values = pages.query.sql_with_params()
    return ALIAS.sub(r"above_\g<0>", text.partition(" WHERE ")[2]), values


def above(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the rows whose page is the outer query's page or one of its ancestors."""
    start = Left(OuterRef("path"), Length("page__path"))
    kept: QuerySet[Any] = rows.alias(outer_start=start).filter(outer_start=F("page__path"))
    return kept
