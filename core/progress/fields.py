"""A Postgres multirange of whole seconds as a Django field."""

from typing import Any

from django.db import models
from psycopg.types.multirange import Int4Multirange
from psycopg.types.range import Int4Range


class SecondsMultirangeField(models.Field):  # type: ignore[type-arg]  # none at run time
    """``int4multirange`` of half-open second intervals; in Python a ``psycopg`` Multirange."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 - Django's signature
        return "int4multirange"

    def get_prep_value(self, value: Any) -> Any:
        if value is None or isinstance(value, Int4Multirange):
            return value
        return Int4Multirange([r if isinstance(r, Int4Range) else Int4Range(*r) for r in value])
