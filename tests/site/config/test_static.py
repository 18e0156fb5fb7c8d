"""Static files: what carries a hash in its name is kept for ever."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from whitenoise.middleware import WhiteNoiseMiddleware


@pytest.mark.parametrize(
    "name, kept",
    [
        ("js/app.0123456789ab.js", "max-age=315360000, public, immutable"),
        ("img/mark.svg", "max-age=60, public"),
    ],
)
def test_a_file_is_kept_as_long_as_its_name_says(tmp_path, settings, name, kept):
    file = tmp_path / name
    file.parent.mkdir()
    file.write_text("x")
    settings.STATIC_ROOT, settings.DEBUG = tmp_path, False
    settings.WHITENOISE_AUTOREFRESH = settings.WHITENOISE_USE_FINDERS = False
    serve = WhiteNoiseMiddleware(lambda request: HttpResponse(status=404))
    answer = serve(RequestFactory().get(f"/static/{name}"))
    answer.close()
    assert answer["Cache-Control"] == kept
