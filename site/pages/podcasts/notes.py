"""Show notes for podcast apps: the words of a body as plain HTML, with whole addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import urljoin

import nh3
from wagtail.rich_text import expand_db_html

TAGS = {
    *("p", "br", "h2", "h3", "h4", "ul", "ol", "li", "a", "strong", "b", "em", "i"),
    *("blockquote", "code", "hr"),
}
BETWEEN = "<!-- lectern: next -->"  # between bodies, so that their links are looked up at once
ROW = re.compile(r"</?(?:p|br|h\d|ul|ol|li|div|blockquote|hr)\b[^>]*>", re.IGNORECASE)
SPACE = re.compile(r"\s+")


def notes_of(bodies: Sequence[Any], origin: str) -> list[str]:
    """Return each body as HTML; at most a query for all the links to pages in all of them."""
    if not bodies:
        return []
    raw = BETWEEN.join("".join(_words(body)) for body in bodies)
    return [_clean(text, origin) for text in expand_db_html(raw).split(BETWEEN)]


def plain_of(html: str) -> str:
    """Return the words of notes in one line, still escaped, where an editor wrote no summary."""
    return SPACE.sub(" ", nh3.clean(ROW.sub(" ", html), tags=set())).strip()


def _clean(html: str, origin: str) -> str:
    def whole(tag: str, attribute: str, value: str) -> str | None:
        return urljoin(origin, value) if (tag, attribute) == ("a", "href") else None

    attributes = {"a": {"href"}}
    return nh3.clean(html, tags=TAGS, attributes=attributes, attribute_filter=whole, link_rel=None)


def _words(body: Any) -> Iterator[str]:
    """Yield what is read in a body; pictures, films and files stay on the page."""
    for block in body or ():
        write = WRITERS.get(block.block_type)
        if write:
            yield write(block.value)


def _text(value: Any) -> str:
    return str(value.source)


def _callout(value: Any) -> str:
    return _titled(value, value["text"].source)


def _quote(value: Any) -> str:
    by = f"<p>{escape(value['by'])}</p>" if value["by"] else ""
    return f"<blockquote><p>{escape(value['text'])}</p>{by}</blockquote>"


def _steps(value: Any) -> str:
    rows = (f"<li><b>{escape(s['title'])}</b> {s['text'].source}</li>" for s in value["steps"])
    return _titled(value, f"<ol>{''.join(rows)}</ol>")


def _faq(value: Any) -> str:
    rows = (_question(one) for one in value["items"])
    return _titled(value, "".join(rows))


def _question(one: Any) -> str:
    return f"<p><b>{escape(one['question'])}</b></p>{one['answer'].source}"


def _titled(value: Any, html: str) -> str:
    return (f"<h3>{escape(value['title'])}</h3>" if value["title"] else "") + html


WRITERS = {"text": _text, "callout": _callout, "quote": _quote, "steps": _steps, "faq": _faq}


def persons_of(stream: Iterable[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield name, role and link of everybody who is heard."""
    for block in stream or ():
        value = block.value
        yield value["name"], value["role"], value["link"]
