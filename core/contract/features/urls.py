"""Where the screens of Features lie, below Wagtail's admin."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.FeaturesView.as_view(), name="lectern_features"),
    path("<slug:plugin>/", views.FeatureView.as_view(), name="lectern_feature"),
    path(
        "<slug:plugin>/switch/<int:site_id>/",
        views.SwitchView.as_view(),
        name="lectern_feature_switch",
    ),
    path(
        "<slug:plugin>/try-again/",
        views.TryAgainView.as_view(),
        name="lectern_feature_try_again",
    ),
]
