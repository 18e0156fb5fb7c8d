"""Every component in every state, for those who build and edit."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from core.contract.pieces import Refusal

from ..cards import Card
from ..pictures import drawn
from ..shell import THEMES, Shell, shell_of

PARTS = [
    {"key": key, "label": label, "template": f"styleguide/{key}.html"}
    for key, label in (
        ("colour", "Colour"),
        ("words", "Words"),
        ("buttons", "Buttons and links"),
        ("fields", "Fields, selects, switches"),
        ("cards", "Cards, rails, rows"),
        ("progress", "Progress, uploads, countdown, skeleton"),
        ("pieces", "Chips, tabs, menus, dialogs, messages"),
        ("people", "People, citations, tables"),
    )
]
SWATCHES = (
    *("paper", "surface", "sunken", "ink", "ink-soft", "ink-faint"),
    *("brand", "brand-hover", "brand-tint", "brand-deep"),
    *("success", "warning", "danger", "info"),
)


@login_required
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the components, to staff only."""
    if not request.user.is_staff:
        raise PermissionDenied
    facts = {"parts": PARTS, "themes": THEMES, "swatches": SWATCHES}
    cards = _cards(shell_of(request))
    return render(request, "pages/styleguide.html", {**facts, "cards": cards})


def _cards(frame: Shell) -> list[Card]:
    lock = Refusal("not_yet", "Opens on 3 December.", "Come back then.")
    soon = now() + timedelta(days=2, hours=5)
    facts = [
        {"title": "One promise", "duration": 372.0, "is_done": True, "lessons": 3, "completed": 3},
        {"title": "The person you serve", "duration": 900.0, "left": 420.0, "fraction": 0.4},
        {"title": "A title so long that it has to find its way over two lines, and is then cut"},
        {"title": "Recording without fear", "lock": lock, "lessons": 4},
        {"title": "The first ten", "duration": 1200.0, "at": soon, "lessons": 5, "completed": 1},
    ]
    return [
        Card(
            url="" if fact.get("lock") else "#card",
            picture=drawn(str(fact["title"]), frame),
            number=number,
            summary="Say in one sentence what changes for the person who joins you.",
            **fact,
        )
        for number, fact in enumerate(facts, 1)
    ]
