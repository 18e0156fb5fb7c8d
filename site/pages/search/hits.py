"""What was found, as it is shown: escaped, and marked where it fits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

if TYPE_CHECKING:
    from wagtail.models import Page, Site

START, STOP = "\x02", "\x03"  # no text holds them, so they may stand in for tags
ICONS = {
    "program": "book-open",
    "module": "book-open",
    "lesson": "play",
    "podcast": "headphones",
    "episode": "headphones",
    "coaching": "calendar-days",
    "event": "calendar-days",
    "help": "life-buoy",
    "helparticle": "life-buoy",
}
LONG = 4  # letters; shorter words are alike to everything
ALIKE = 0.7  # so many of the letters in order make a word nearly right
AROUND = 90  # letters of a snippet before and after a word


@dataclass(frozen=True, slots=True)
class Hit:
    """A page that was found; title and snippet are safe HTML with ``<mark>``."""

    title: SafeString
    snippet: SafeString
    url: str
    kind: str
    group: str
    icon: str
    crumbs: list[str]


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one type."""

    label: str
    hits: list[Hit]


def hit_of(page: Page, crumbs: list[str], site: Site, words: list[str]) -> Hit:
    """Show one row of a search."""
    model = ContentType.objects.get_for_id(page.content_type_id).model_class()
    kind = model._meta.model_name if model else "page"
    group = model._meta.verbose_name_plural if model else ""
    is_exact = START in page.marked_title or START in page.snippet
    return Hit(
        title=_safe(page.marked_title if is_exact else _mark_alike(page.title, words)),
        snippet=_safe(page.snippet if is_exact else _cut(_mark_alike(page.snippet, words))),
        url="/" + page.url_path.removeprefix(site.root_page.url_path),
        kind=kind,
        group=capfirst(str(group)),
        icon=ICONS.get(kind, "file-text"),
        crumbs=crumbs,
    )


def grouped(hits: Iterable[Hit]) -> list[Group]:
    """Group hits by type, in the order in which the best of each was found."""
    hits = list(hits)
    order = {label: place for place, label in reversed(list(enumerate(h.group for h in hits)))}
    hits.sort(key=lambda hit: order[hit.group])
    return [Group(label, list(some)) for label, some in groupby(hits, key=lambda hit: hit.group)]


def _safe(text: str) -> SafeString:
    """Escape all of it, then let our own two marks be the only tags."""
    html = escape(text).replace(START, "<mark>").replace(STOP, "</mark>")
    return mark_safe(html)  # noqa: S308 - escaped in the line above


def has_any(page: Page, words: list[str]) -> bool:
    """Tell whether a page that Postgres found by its letters has one of the words, or nearly."""
    if START in page.marked_title or START in page.snippet:
        return True
    there = set(re.findall(r"\w{3,}", f"{page.title} {page.text}".lower()))
    long = [word for word in words if len(word) >= LONG]
    return all(any(_is_alike(matcher, word) for word in there) for matcher in _matchers(long))


def has_all(text: str, words: list[str]) -> bool:
    """Tell whether a text has every word, or nearly; the last may be unfinished."""
    there = [_plain(word) for word in re.findall(r"\w+", text)]
    return all(_is_among(word, there) for word in words)


def _is_among(word: str, there: list[str]) -> bool:
    if any(one.startswith(_plain(word)) for one in there):
        return True
    [matcher] = _matchers([word])
    return len(word) >= LONG and any(_is_alike(matcher, one) for one in there)


def _mark_alike(text: str, words: list[str]) -> str:
    """Mark the words of ``text`` that are nearly one of ``words``."""
    matchers = _matchers(words)

    def mark(found: re.Match[str]) -> str:
        near = any(_is_alike(matcher, found[0].lower()) for matcher in matchers)
        return f"{START}{found[0]}{STOP}" if near else found[0]

    return re.sub(r"\w{3,}", mark, text.replace(START, "").replace(STOP, ""))


def _matchers(words: list[str]) -> list[SequenceMatcher[str]]:
    return [SequenceMatcher(b=_plain(word)) for word in words]


def _is_alike(matcher: SequenceMatcher[str], word: str) -> bool:
    matcher.set_seq1(_plain(word))
    return (
        matcher.real_quick_ratio() >= ALIKE
        and matcher.quick_ratio() >= ALIKE
        and matcher.ratio() >= ALIKE
    )


def _plain(word: str) -> str:
    """Lower case without accents, as Postgres folds it."""
    apart = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _cut(text: str) -> str:
    """Keep the surroundings of the first mark, whole words only."""
    first = max(text.find(START), 0)
    start, end = max(first - AROUND, 0), first + AROUND
    start = text.find(" ", start) + 1 if start else 0
    stop = text.rfind(" ", start, end) if end < len(text) else len(text)
    kept = text[start : stop if stop > first else len(text)]
    return ("… " if start else "") + kept.strip() + (" …" if end < len(text) else "")
