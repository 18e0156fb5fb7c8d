"""The gate's thin doors: streams by the token in their path, pictures by the page they are on."""

from django.urls import re_path

from .pictures import picture
from .views import gate

urlpatterns = [
    re_path(r"(?s)^p/(?P<rest>.*)\Z", gate, name="gate"),
    re_path(r"(?s)^pictures/(?P<name>.*)\Z", picture, name="picture"),
]
