"""One search: stems first, every word; then any word, and words that are nearly right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.search import (
    SearchHeadline,
    SearchQuery,
    SearchRank,
    SearchVectorField,
    TrigramWordSimilarity,
)
from django.db.models import F, FloatField, Func, Q, QuerySet, TextField, Value
from django.db.models.expressions import CombinedExpression, RawSQL
from django.db.models.functions import Left
from django.utils.timezone import now
from wagtail.models import Page, Site

from core.access.queries import Reach, within
from core.database.statements import IsAmong, statement

from .closed import allowed, closed_episodes, without_replays
from .hits import LONG, START, STOP, Hit, has_any, hit_of

CONFIG = "lectern"  # made in a migration; the settings name it to Wagtail's index too
MOST_WORDS = 8
LONGEST_WORD = 40
MOST_NEAR = 20  # hits of the second look, whose words are compared letter by letter
LOOKED_AT = 20_000  # letters of each of them
ENOUGH = 3  # hits for which nobody needs a second, looser look
SHOWN = (
    *("title", "path", "url_path", "content_type"),
    *("live", "go_live_at", "expire_at"),  # what a decision looks at
)

TITLE, BODY = F("index_entries__title"), F("index_entries__body")
TITLE_TEXT, BODY_TEXT = F("index_entries__title_text"), F("index_entries__body_text")
WORDS = CombinedExpression(TITLE, "||", BODY, output_field=SearchVectorField())


class Fold(Func):
    """Lower case without accents, in Postgres."""

    function = "search_fold"
    output_field = TextField()


def words_of(said: str) -> list[str]:
    """Return the words somebody typed, as many as a search looks at."""
    return [word[:LONGEST_WORD] for word in re.findall(r"\w+", said)[:MOST_WORDS]]


def search(reach: Reach, said: str, *, limit: int = 50) -> list[Hit]:
    """Return what is within ``reach`` and fits what was ``said``, the best first.

    What is closed is not found, nor by its words. At most three queries, whatever is found: all
    words, then any or nearly, then the crumbs; a few more where episodes or events are among it.
    """
    words = words_of(said)
    if not words:
        return []
    moment = now()
    found = _found(reach, words, limit)
    if hidden := closed_episodes(found, reach, moment):
        found = _found(reach, words, limit, hidden)
    found = without_replays(allowed(found, reach), words, moment)
    crumbs = _crumbs(found, reach.site)
    return [hit_of(page, crumbs.get(page.pk, []), reach.site, words) for page in found]


def _found(reach: Reach, words: list[str], limit: int, hidden: Sequence[int] = ()) -> list[Page]:
    hidden = list(hidden)
    found = _with_all(limit, query=_joined(words, " & "), hidden=hidden, **reach.values)
    if len(found) < ENOUGH:
        known = [*hidden, *(page.pk for page in found)]
        others = Page.objects.filter(reach.visible()).exclude(pk__in=known)
        near = _nearly(others, words)[: min(limit - len(found), MOST_NEAR)]
        found += [page for page in near if has_any(page, words)]
    return found


@statement
def _with_all(
    limit: int,
    *,
    query: str,
    hidden: list[int],
    root: str,
    closed: list[str],
    edited: list[str],
    at: datetime,
) -> QuerySet[Page]:
    """Every word somewhere on the page; the last may be unfinished."""
    seen = within(root=root, closed=closed, edited=edited, at=at)
    asked = _query(query)
    rank = SearchRank(TITLE, asked) * 4 + SearchRank(BODY, asked)
    pages = Page.objects.filter(seen, ~Q(IsAmong("pk", hidden))).annotate(words=WORDS)
    return _shown(pages.filter(words=asked), asked, rank)[:limit]


def _nearly(pages: QuerySet[Page], words: list[str]) -> QuerySet[Page]:
    """Any of the words, or each word nearly."""
    query = _query(_joined(words, " | "))
    fits = Q(words=query) if len(words) > 1 else Q()
    long = sorted({w for w in words if len(w) >= LONG}, key=len, reverse=True)
    rank: Any = SearchRank(WORDS, query)
    if long:
        alike = RawSQL("SELECT search_alike(%s)", (long,))
        fits |= Q(index_entries__id__in=alike)
        rank = sum((_alikeness(word) for word in long), rank)
    if not fits:
        return pages.none()
    near = pages.annotate(words=WORDS, text=Left(BODY_TEXT, LOOKED_AT)).filter(fits)
    return _shown(near, query, rank)


def _joined(words: Iterable[str], joint: str) -> str:
    """Return words as Postgres asks for them; the last may be unfinished."""
    return joint.join(f"'{word}'" for word in words) + ":*"


def _query(joined: Any) -> SearchQuery:
    return SearchQuery(joined, search_type="raw", config=CONFIG)


def _alikeness(word: str) -> CombinedExpression:
    folded = Fold(Value(word))
    in_title = TrigramWordSimilarity(folded, Fold(TITLE_TEXT))
    return in_title * Value(2.0) + TrigramWordSimilarity(folded, Fold(BODY_TEXT))


def _shown(pages: QuerySet[Page], query: SearchQuery, rank: Any) -> QuerySet[Page]:
    """Rank, and cut the snippets; Postgres cuts only those that are returned."""
    marks = {"config": CONFIG, "start_sel": START, "stop_sel": STOP}
    snippet = {"max_words": 30, "min_words": 14, "max_fragments": 2, "fragment_delimiter": " … "}
    return (
        pages.annotate(rank=CombinedExpression(rank, "*", Value(1.0), output_field=FloatField()))
        .annotate(marked_title=SearchHeadline(TITLE_TEXT, query, highlight_all=True, **marks))
        .annotate(snippet=SearchHeadline(BODY_TEXT, query, **marks, **snippet))
        .only(*SHOWN)
        .order_by("-rank", "path")
    )


def _crumbs(pages: list[Page], site: Site) -> dict[int, list[str]]:
    """Return the titles of the pages above each, below the site's root, in one query."""
    root = len(site.root_page.path)
    above = {
        page.pk: [
            page.path[:end] for end in range(root + Page.steplen, len(page.path), Page.steplen)
        ]
        for page in pages
    }
    paths = {path for lineage in above.values() for path in lineage}
    titles = dict(_titles(paths=list(paths)))
    return {pk: [titles[p] for p in lineage if p in titles] for pk, lineage in above.items()}


@statement
def _titles(*, paths: list[str]) -> QuerySet[Page, Any]:
    return Page.objects.filter(IsAmong("path", paths)).values_list("path", "title")
