"""A thin door that finds nothing says so in one line."""

import pytest


@pytest.mark.parametrize("path", ["/uploads/nothing/here", "/uploads/a/b/c", "/uploads/%00"])
def test_a_door_without_an_answer_draws_no_page(path, db):
    from tests.core.playback.conftest import ask

    answer = ask(path)
    assert (answer.status, answer.body) == (404, b"Not Found")
    assert answer.headers["Cache-Control"] == "no-store"
