"""The media library's addresses, under /admin/media/."""

from django.urls import path
from wagtail.admin.viewsets.base import ViewSet

from .batches import batch, decide, moves
from .captions import urls as captions
from .cut import change_edition, cut, editions, whole
from .library import AddView, DeleteView, EditView, IndexView, UsageView
from .moves import change
from .preview import play
from .report import report, still
from .state import retry, state


class MediaLibrary(ViewSet):
    icon = "media"

    def get_urlpatterns(self):
        return [
            path("", IndexView.as_view(), name="index"),
            path("results/", IndexView.as_view(results_only=True), name="index_results"),
            path("moves/", moves, name="moves"),
            path("moves/batches/<uuid:pk>/", batch, name="batch"),
            path("moves/batches/<uuid:pk>/stop/", decide, {"verb": "stop"}, "batch_stop"),
            path("moves/batches/<uuid:pk>/retry/", decide, {"verb": "retry"}, "batch_retry"),
            path("moves/batches/<uuid:pk>/resume/", decide, {"verb": "resume"}, "batch_resume"),
            path("moves/batches/<uuid:pk>/back/", decide, {"verb": "back"}, "batch_back"),
            path("moves/<int:pk>/<slug:verb>/", change, name="move"),
            path("add/", AddView.as_view(), name="add"),
            path("<uuid:pk>/", EditView.as_view(), name="edit"),
            path("<uuid:pk>/delete/", DeleteView.as_view(), name="delete"),
            path("<uuid:pk>/usage/", UsageView.as_view(), name="usage"),
            path("<uuid:pk>/state/", state, name="state"),
            path("<uuid:pk>/report/", report, name="report"),
            path("<uuid:pk>/stills/<int:position>/", still, name="still"),
            path("<uuid:pk>/retry/", retry, name="retry"),
            path("<uuid:pk>/play/", play, name="play"),
            path("<uuid:pk>/cut/", cut, name="cut"),
            path("<uuid:pk>/cut/editions/", editions, name="editions"),
            path("<uuid:pk>/cut/whole/", whole, name="whole"),
            path("<uuid:pk>/cut/<int:number>/<slug:verb>/", change_edition, name="edition"),
            *captions.urlpatterns,
        ]


viewset = MediaLibrary("media_library", url_prefix="media")
