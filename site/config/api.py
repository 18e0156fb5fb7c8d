"""The JSON API of members, mounted at /api/; signed in by session, writes with CSRF."""

from __future__ import annotations

from importlib import import_module

from django.contrib.admin.views.decorators import staff_member_required
from django.urls import path
from ninja import NinjaAPI, Router

from config.rooms import exists

ROUTERS = {"core.progress.api": ""}  # a room's router, and what stands before its paths


def build() -> NinjaAPI:
    api = NinjaAPI(
        title="Lectern",
        version="1",
        urls_namespace="api",
        docs_decorator=staff_member_required,
    )
    for module, prefix in ROUTERS.items():
        if exists(module):
            router: Router = import_module(module).router
            api.add_router(prefix, router)
    return api


urlpatterns = [path("api/", build().urls)]
