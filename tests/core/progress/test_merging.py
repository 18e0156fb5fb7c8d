"""Many threads' beats share a statement: the union is exact, and each stands for itself."""

from __future__ import annotations

import random
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core.media.models import Asset
from core.members.models import Member
from core.progress import merging
from core.progress.errors import NothingToWatch
from core.progress.merging import Merged, Together, merge
from core.progress.models import Watch
from core.progress.queries import seen_of
from tests.waiting import until

from .test_moving import cut

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 16


@pytest.fixture
def groups(monkeypatch):
    """Write down how many beats each statement took."""
    sizes = []

    def counted(group):
        sizes.append(len(group))
        return merging._merge_group(group)

    monkeypatch.setattr(merging, "_together", Together(counted, key=lambda said: said.key))
    return sizes


@pytest.fixture
def together(monkeypatch):
    """Have beats said by a thread each, and merged in one group; return what became of them."""

    def together(beats):
        def gathered(group):
            if len(group) == 1 and len(beats) > 1:
                until(lambda: len(merging._together._waiting) == len(beats) - 1)
            return merging._merge_group(group)

        queue = Together(gathered, key=lambda said: said.key)
        monkeypatch.setattr(merging, "_together", queue)
        return in_threads(lambda beat: said(**beat), beats)

    return together


def in_threads(do, items):
    def one(item):
        try:
            return do(item)
        except NothingToWatch as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, items))


def said(*ranges, member, asset, position=0.0, at=1_800_000_000.0, **more):
    who = {"member": member, "asset": asset.pk, "site": asset.site_id, "page": None, **more}
    return merge(**who, ranges=ranges, position=position, at=at)


@pytest.fixture
def people(db):
    return [Member.objects.create_user(f"m{n}@lectern.example").pk for n in range(10)]


@pytest.fixture
def films(site):
    return [Asset.objects.create(site=site, title=f"{n}", duration=3600) for n in range(3)]


def watched():
    return {
        (row.member_id, row.asset_id): {s for r in row.watched for s in range(r.lower, r.upper)}
        for row in Watch.objects.all()
    }


def test_two_hundred_beats_of_sixteen_threads_are_their_union(people, films, groups):
    dice, expected, beats = random.Random(3), {}, []
    for number in range(200):
        member, asset = dice.choice(people), dice.choice(films)
        start = dice.randrange(3500)
        beats.append((member, asset, start, number))
        expected.setdefault((member, asset.pk), set()).update(range(start, start + 15))

    def say(beat):
        member, asset, start, number = beat
        return said((start, start + 15), member=member, asset=asset, position=start, at=number)

    answers = in_threads(say, beats)
    assert watched() == expected
    assert all(isinstance(answer, Merged) for answer in answers)
    last = {(member, asset.pk): start for member, asset, start, _number in beats}
    rows = Watch.objects.all()
    assert {(row.member_id, row.asset_id): row.position for row in rows} == last
    assert {(row.member_id, row.asset_id): row.seconds for row in rows} == {
        key: len(seconds) for key, seconds in expected.items()
    }
    assert sum(groups) == 200
    assert len(groups) < 200


def test_beats_of_one_member_are_merged_in_the_order_they_came(people, films, groups):
    answers = in_threads(
        lambda start: said((start, start + 1), member=people[0], asset=films[0]).seconds,
        range(200),
    )
    assert sorted(answers) == list(range(1, 201))  # each read what was written before it
    assert watched() == {(people[0], films[0].pk): set(range(200))}


def test_each_of_a_group_gets_its_own_answer(people, films, together):
    beats = [
        {"member": member, "asset": films[0], "position": float(number)}
        for number, member in enumerate(people)
    ]
    assert [answer.position for answer in together(beats)] == list(range(10))


def test_a_bad_beat_in_a_group_hurts_no_other(people, films, together):
    gone = Asset(pk=uuid.uuid4(), site=films[0].site)
    bad = [{"member": 999_999, "asset": films[0]}, {"member": people[0], "asset": gone}]
    good = [{"member": member, "asset": films[0], "position": 7.0} for member in people]
    answers = together([*good[:4], *bad, *good[4:]])
    assert [str(answer) for answer in answers[4:6]] == [
        "This member is no longer here.",
        "This video is no longer here.",
    ]
    assert {answer.position for answer in answers[:4] + answers[6:]} == {7.0}
    assert Watch.objects.count() == len(people)


def test_two_processes_groups_do_not_lock_each_other_out(people, films):
    """Two queues, as in two processes, whose groups name the same rows in opposite orders."""
    members = people * 2
    forward = [
        merging.Said(member, film.pk, film.site_id, None, ((0, 9),), 1.0, 1.0, 90)
        for film in films
        for member in people
    ]

    def merge_often(group):
        for _round in range(25):
            assert len(merging._merge_group(group)) == len(members) * 3 // 2
        return True

    assert in_threads(merge_often, [forward, forward[::-1], forward, forward[::-1]]) == [True] * 4


def test_a_locked_row_holds_up_nobody_but_its_own_beat(people, films, together):
    said((0, 1), member=people[0], asset=films[0])
    beats = [{"member": member, "asset": films[0]} for member in people]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Watch.objects.select_for_update().get(member=people[0])
            answers = pool.submit(together, beats)
            until(lambda: _committed() == len(people))  # while the lock is held
            assert not answers.done()
        assert len(answers.result(10)) == len(people)


def _committed():
    """How many rows another session sees."""
    with psycopg.connect(**connection.get_connection_params()) as other:
        return other.execute("SELECT count(*) FROM core_watch").fetchone()[0]


def test_what_is_said_in_a_transaction_goes_with_it(people, films, groups):
    with transaction.atomic():
        said((0, 9), member=people[0], asset=films[0])
        transaction.set_rollback(True)
    assert (Watch.objects.count(), groups) == (0, [])


@pytest.fixture
def film(site):
    probe = {"duration": 60.0, "video_codec": "h264", "frame_rate": 25.0}
    made = {"probe": probe, "status": "ready", "playable_at": now()}
    return Asset.objects.create(site=site, title="Film", duration=60.0, **made)


@pytest.fixture
def while_it_is_cut(film):
    """Have something said once a film is cut, and the cut committed while that waits."""

    def said_meanwhile(say):
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                cut(film)  # 10.5 to 20.3 goes
                answer = pool.submit(in_threads, lambda do: do(), [say])
                until(_somebody_waits)
            return answer.result(30)[0]

    return said_meanwhile


def _somebody_waits():
    with psycopg.connect(**connection.get_connection_params()) as other:
        waiting = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
        return other.execute(
            f"{waiting} WHERE NOT l.granted AND a.datname = current_database()"
        ).fetchone()[0]


def test_a_beat_that_waits_for_a_cut_is_counted_by_its_own_seconds(people, film, while_it_is_cut):
    member = Member.objects.get(pk=people[0])
    said((0, 5), member=member.pk, asset=film, position=5.0, at=1.0)
    merged = while_it_is_cut(
        lambda: said((50, 60), member=member.pk, asset=film, position=60.0, at=2.0)
    )
    assert (merged.seconds, merged.position) == (15, pytest.approx(50.2))
    assert seen_of(member, film).ranges == ((0, 5), (40, 50))


def test_a_first_beat_that_a_cut_did_not_see_is_moved_with_the_next(people, film, while_it_is_cut):
    member, other = Member.objects.filter(pk__in=people[:2]).order_by("pk")
    Watch.objects.create(  # by what noted no edition yet
        member=other, asset=film, site=film.site, watched=[(30, 40)], position_at=now()
    )
    while_it_is_cut(lambda: said((30, 40), member=member.pk, asset=film, position=40.0, at=1.0))
    said((50, 60), member=member.pk, asset=film, position=60.0, at=2.0)
    assert seen_of(member, film).ranges == ((20, 30), (40, 50))
    assert seen_of(other, film).ranges == ((20, 30),)  # moved once
    film.refresh_from_db()
    said((0, 5), member=other.pk, asset=film, edition=film.edition)
    assert seen_of(other, film).ranges == ((0, 5), (20, 30))
