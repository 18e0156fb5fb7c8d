"""Asking for moves: two people may choose the same films in the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from wagtail.models import Site

from core.contract.services import flip
from core.media.models import Asset
from core.media.moving.models import Move
from core.media.moving.services import ask_moves
from core.storage.models import StoredObject
from pages.foundation import found_site

FILMS = 20


@pytest.mark.django_db(transaction=True)
def test_films_that_two_people_move_at_once_move_once():
    found_site()
    site = Site.objects.get(is_default_site=True)
    flip(site=site, plugin="mux", is_on=True)
    kept = StoredObject.objects.create(site=site, provider="local_disk", key="ab/1", size=1)
    films = [
        Asset.objects.create(site=site, title=f"Film {number}", status="ready", original=kept)
        for number in range(FILMS)
    ]
    both = Barrier(2)

    def ask(chosen):
        try:
            both.wait(10)
            return len(ask_moves(assets=chosen, target="mux"))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as people:
        begun = sorted(people.map(ask, [films, films[::-1]]))
    assert begun == [0, FILMS]
    assert Move.objects.count() == FILMS
