"""What scripts and plain forms speak to: the JSON API and the posts beside it."""

from django.urls import include, path
from ninja import NinjaAPI

from core.progress.api import router as progress

api = NinjaAPI(title="Lectern", version="1", docs_url=None, urls_namespace="api")
api.add_router("", progress)

urlpatterns = [
    path("api/", api.urls),
    path("", include("core.progress.urls")),
]
