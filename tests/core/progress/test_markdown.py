"""Members write Markdown; nobody writes HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.progress.markdown import render, sanitise


def test_markdown_becomes_html():
    assert render("# Plan\n\n- one\n- **two**") == (
        "<h1>Plan</h1>\n<ul>\n<li>one</li>\n<li><strong>two</strong></li>\n</ul>\n"
    )


def test_a_link_tells_nobody_where_it_came_from():
    assert render("[us](https://lectern.example)") == (
        '<p><a href="https://lectern.example" rel="noopener noreferrer nofollow">us</a></p>\n'
    )


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://tracker.example/pixel.gif)",
        "<a href='data:text/html,x'>x</a>",
        "<svg/onload=alert(1)>",
    ],
)
def test_attacks_become_words(attack):
    for html in (render(attack), sanitise(attack)):
        assert not any(
            bad in html for bad in ("<script", "<img", "<svg", 'href="javascript', 'href="data')
        )


@given(st.text(max_size=200))
def test_what_is_sanitised_stays_as_it_is(text):
    html = render(text)
    assert sanitise(html) == html
