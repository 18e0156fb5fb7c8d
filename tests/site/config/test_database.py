"""A test's database is a migrated clone, on a real server."""

import pytest
from django.db import connection
from wagtail.models import Site

from core.members.models import Member


@pytest.mark.django_db
def test_database_is_a_migrated_clone_with_the_extensions():
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        found = {name for (name,) in cursor.fetchall()}
    assert {"vector", "pg_trgm", "unaccent", "btree_gin"} <= found
    assert Site.objects.filter(is_default_site=True).count() == 1
    assert Member.objects.count() == 0
