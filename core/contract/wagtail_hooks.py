"""What the contract adds to Wagtail: the plugins' own hooks gated, their pages, Features."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.models import Page

from . import gates


@hooks.register("before_serve_page")
def refuse_pages_of_plugins_that_are_off(
    page: Page, request: HttpRequest, _args: Any, _kwargs: Any
) -> None:
    gates.refuse_page_of_switched_off(page, request)


gates.load_wagtail_hooks()
