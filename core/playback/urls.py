"""The gate's thin doors: streams by the token in their path, pictures by the page they are on."""

from django.urls import re_path

from .pictures import picture
from .views import gate

urlpatterns = [
    re_path(r"^p/(?P<rest>[\s\S]*)$", gate, name="gate"),
    re_path(r"^pictures/(?P<name>[\s\S]*)$", picture, name="picture"),
]
