"""The yardstick: one Django view with no middleware, served by the same server."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path


def answer(request: HttpRequest) -> HttpResponse:
    request.read(8192)
    return HttpResponse(status=204)


urlpatterns = [path("beat", answer)]

settings.configure(
    ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, MIDDLEWARE=[], SECRET_KEY="yardstick"
)
django.setup(set_prefix=False)
application = WSGIHandler()
