"""The gate's thin door: no session, no cookie; the token in the path is all."""

from django.urls import re_path

from .views import gate

urlpatterns = [re_path(r"(?s)^p/(?P<rest>.*)\Z", gate, name="gate")]
