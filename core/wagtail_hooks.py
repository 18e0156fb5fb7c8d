"""Gathers what the rooms add to Wagtail; nothing is defined here."""

import core.contract.wagtail_hooks  # noqa: F401
