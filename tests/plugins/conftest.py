"""The site that plugins are asked for."""

from __future__ import annotations

import pytest
from wagtail.models import Site


@pytest.fixture
def site(db):
    return Site.objects.get(is_default_site=True)
