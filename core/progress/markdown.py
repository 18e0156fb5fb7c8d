"""Markdown as members write it, made into harmless HTML."""

from __future__ import annotations

import nh3
from markdown_it import MarkdownIt

ALLOWED = {
    *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *(
        "ul",
        "ol",
        "li",
        "strong",
        "em",
        "s",
        "a",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)


def render(text: str) -> str:
    """Return ``text`` as sanitised HTML: no images, no scripts, links that tell nobody."""
    return sanitise(_parser.render(text))


def sanitise(html: str) -> str:
    """Remove from ``html`` all that a note may not hold; on output again, whoever stored it."""
    return nh3.clean(
        html,
        tags=ALLOWED,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
