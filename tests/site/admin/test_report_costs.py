"""Time and money in the report of each preparation: exact figures of real rows, drawn as told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.media.models import Preparation, Rendition, Stage
from core.media.services.reports import stage_key
from core.storage.services import store
from core.usage.services import spend
from pages.admin.media.costs import money

LIBRARY = "/admin/media/"
BEGIN = datetime(2026, 5, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def add(site):
    """Write one preparation with its stages: name to (seconds, CPU seconds)."""

    def do(asset, cause, stages, *, key, is_shown=False, **fields):
        one = Preparation.objects.create(
            asset=asset,
            cause=cause,
            key=key,
            **{"provider": "ffmpeg", "has_played": True, **fields},
        )
        Preparation.objects.filter(pk=one.pk).update(began_at=BEGIN)
        for position, (name, (seconds, cpu)) in enumerate(stages.items()):
            Stage.objects.create(
                preparation=one,
                asset=asset if is_shown else None,
                name=name,
                label=name.title(),
                position=position,
                state="done",
                is_late=cause == "improved" or name == "speech",
                cpu_seconds=cpu,
                started_at=BEGIN,
                finished_at=BEGIN + timedelta(seconds=seconds),
            )
        return one

    return do


@pytest.fixture
def pay(site):
    def do(asset, micros, *, stage="", service="openai", what="transcript", **more):
        details = {"what": what, "subject": f"asset:{asset.pk}", "stage": stage, **more}
        key = f"{asset.pk}:{stage}:{service}:{what}:{micros}"
        spend(site_id=site.pk, key=key, service=service, micros=micros, details=details)

    return do


@pytest.fixture
def film(make_asset, add, pay):
    """Two stages on own machines, one of them heard at Openai too; Mux has encoded it as well."""
    asset = make_asset("Film", duration=90)
    asset.renditions.all().delete()
    stages = {"ladder": (30, 7200.0), "speech": (10, 36.0)}
    one = add(asset, "first", stages, key="edition:0", is_shown=True)
    speech = stage_key(one, "speech")
    pay(asset, 4_000, stage=speech, quantity=60, unit="second")
    pay(asset, 200, stage=speech, quantity=10.5, unit="second")
    pay(asset, 37_500, service="mux", what="encoding basic", quantity=1.5, unit="minute")
    return asset


@pytest.fixture
def read(as_, editor):
    """Read the fragment: cells by the words before them, and how much of each is drawn."""

    def do(asset, query=""):
        answer = as_(editor).get(f"{LIBRARY}{asset.pk}/report/{query}")
        return ET.fromstring(answer.content.decode())

    return do


def rows_of(page, kind="stages"):
    table = next(one for one in page.iter("table") if kind in one.get("class"))
    rows = list(table.iter("tr"))[1:]
    return {words(row[0]): [words(cell) for cell in row[1:]] for row in rows}


def drawn(page, column, kind="stages"):
    table = next(one for one in page.iter("table") if kind in one.get("class"))
    rects = {words(row[0]): list(row[column].iter("rect")) for row in list(table.iter("tr"))[1:]}
    return {
        name: (float(rect[0].get("x")), float(rect[0].get("width")))
        for name, rect in rects.items()
        if rect
    }


def words(cell):
    return " ".join(" ".join(cell.itertext()).split())


def text(page):
    return words(page)


def test_each_stage_shows_its_services_and_own_machines_and_all_add_up(film, read, settings):
    settings.CPU_HOUR_PRICE = "0.04"
    page = read(film)
    assert rows_of(page) == {
        "Ladder": [
            "",
            "30.0 s",
            "7200.0 s",
            "$0.08 Own machines",
            "",
        ],
        "Speech": [
            "",
            "10.0 s",
            "36.0 s",
            "$0.0046 Openai · transcript, 70.5 seconds · $0.0042 Own machines · $0.0004",
            "",
        ],
        "Other services": ["", "", "", "$0.0375 Mux · encoding basic, 1.5 minutes", ""],
        "Together": ["", "40.0 s", "7236.0 s", "$0.1221", ""],
    }
    assert "no price set" not in text(page)


def test_without_a_price_own_machines_are_a_dash_with_a_legend(film, read, settings):
    settings.CPU_HOUR_PRICE = ""
    page = read(film)
    found = {name: cells[3] for name, cells in rows_of(page).items()}
    assert found == {
        "Ladder": "–",
        "Speech": "$0.0042 Openai · transcript, 70.5 seconds · $0.0042 Own machines · –",
        "Other services": "$0.0375 Mux · encoding basic, 1.5 minutes",
        "Together": "$0.0417",
    }
    assert "– own machine: no price set" in text(page)


@pytest.mark.parametrize("price", ["0.04", "", "0"])
def test_the_plots_agree_with_the_table(film, read, settings, price):
    settings.CPU_HOUR_PRICE = price
    page = read(film)
    assert drawn(page, 1) == {"Ladder": (0, 75), "Speech": (75, 25)}
    micros = {"Speech": 4_200, "Other services": 37_500}
    if price == "0.04":
        micros |= {"Ladder": 80_000, "Speech": 4_600}
    if price == "0":
        micros["Ladder"] = 0
    most = max(micros.values())
    assert drawn(page, 4) == {
        name: (0, round(100 * amount / most, 2)) for name, amount in micros.items()
    }


def test_what_an_asset_cost_stands_among_its_facts(film, as_, editor, settings):
    settings.CPU_HOUR_PRICE = ""
    page = as_(editor).get(f"{LIBRARY}{film.pk}/").content.decode()
    assert "<dt>Cost so far</dt><dd>$0.0417</dd>" in page
    settings.CPU_HOUR_PRICE = "0.04"
    page = as_(editor).get(f"{LIBRARY}{film.pk}/").content.decode()
    assert "<dt>Cost so far</dt><dd>$0.1221</dd>" in page


def test_what_was_spent_for_a_stage_that_is_gone_is_not_lost(film, pay, read):
    pay(film, 1_000, stage="999/gone", service="mux", what="encoding plus")
    other = rows_of(read(film))["Other services"][3]
    assert other == (
        "$0.0385 Mux · encoding basic, 1.5 minutes · $0.0375 Mux · encoding plus · $0.0010"
    )


def test_nothing_is_said_of_costs_where_nothing_has_a_price(make_asset, as_, editor):
    asset = make_asset("Free")
    page = as_(editor).get(f"{LIBRARY}{asset.pk}/").content.decode()
    assert "Cost so far" not in page
    assert "no price set" not in page


@pytest.fixture
def cut(film, add, pay, site, tmp_path):
    """The film was cut, then encoded in AV1; a second cut failed."""
    path = tmp_path / "made.mp4"
    path.write_bytes(b"x" * 3000)
    made = {"kind": "hls", "width": 1280, "height": 720, "bit_rate": 9, "average_bit_rate": 9}
    former = {**made, "name": "720p", "codecs": "avc1.64001f", "quality": None, "size": 5000}
    film.preparations.update(made=[former])
    film.stages.update(asset=None)
    second = add(film, "cut", {"ladder": (20, 10.0)}, key="edition:1", edition=1, is_shown=True)
    late = {"key": f"late:{second.pk}", "edition": 1, "is_shown": True}
    third = add(film, "improved", {"smaller": (40, 20.0)}, **late)
    third.stages.update(made=["720p-av1"])
    add(film, "cut", {"first": (4, 3.0)}, key="edition:2", edition=2, has_played=False,
        gave_up=True)  # fmt: skip
    film.edition = 1
    film.save()
    for name, codecs in (("720p", "avc1.64001f"), ("720p-av1", "av01.0.05M.08")):
        stored = store(site=site, source=path, content_type="video/mp4", purpose=name)
        row = {**made, "name": name, "codecs": codecs, "object": stored}
        Rendition.objects.create(asset=film, **row)
    pay(film, 9_000, stage=stage_key(second, "ladder"), service="mux", what="storage")
    return film


def links(page):
    nav = next(page.iter("nav"))
    return [(words(one), one.get("href"), one.get("aria-current")) for one in nav.iter("a")]


def test_each_preparation_has_its_own_report_and_a_link(cut, read):
    page = read(cut)
    found = [(label, current) for label, _href, current in links(page)]
    assert found == [
        ("Cut of 3 May plays now", "true"),
        ("Cut of 3 May (2) never played", None),
        ("AV1 added", None),
        ("First preparation", None),
    ]
    assert rows_of(page) == {
        "Ladder": ["", "20.0 s", "10.0 s", "$0.0090 Mux · storage · $0.0090 "
                   "Own machines · –", ""],
        "Other services": ["", "", "", "$0.0375 Mux · encoding basic, 1.5 minutes", ""],
        "Together": ["", "20.0 s", "10.0 s", "$0.0465", ""],
    }  # fmt: skip
    assert list(rows_of(page, "made")) == ["720p", "Together"]
    assert "All preparations together: 7269.0 s of processor time, $0.0507" in text(page)


@pytest.mark.parametrize(
    "label, stages, size",
    [
        ("First preparation", {"Ladder": "7200.0 s", "Speech": "36.0 s"}, "4.9 KB"),
        ("AV1 added", {"Smaller": "20.0 s"}, "2.9 KB"),
        ("Cut of 3 May (2) never played", {"First": "3.0 s"}, None),
    ],
)
def test_an_earlier_preparation_shows_its_own_stages_times_and_sizes(
    cut, read, label, stages, size
):
    page = read(cut)
    address = next(href for one, href, _current in links(page) if one == label)
    chosen = read(cut, address[address.index("?") : address.index("#")])
    assert [one for one, _href, current in links(chosen) if current] == [label]
    rows = rows_of(chosen)
    together = rows.pop("Together")
    assert {name: cells[2] for name, cells in rows.items()} == stages
    assert together[2] == f"{sum(float(one[:-2]) for one in stages.values()):.1f} s"
    tables = [one for one in chosen.iter("table") if "made" in one.get("class")]
    assert [rows_of(chosen, "made")["Together"][1].replace("\xa0", " ") for _ in tables] == (
        [size] if size else []
    )


@pytest.mark.parametrize("asked", ["0", "999999", "x", "1%00"])
def test_a_preparation_that_is_none_of_its_shows_what_plays(cut, read, asked):
    assert links(read(cut, f"?preparation={asked}"))[0][2] == "true"


def test_another_assets_preparation_is_not_shown(cut, make_asset, add, read):
    other = make_asset("Other")
    theirs = add(other, "first", {"secret": (1, 1.0)}, key="edition:0", is_shown=True)
    assert "Secret" not in text(read(cut, f"?preparation={theirs.pk}"))


def test_only_stages_of_what_plays_are_done_again(cut, read):
    cut.preparations.get(key="edition:0").stages.update(made=["720p"])
    cut.stages.filter(name="ladder").update(made=["720p"])
    first = cut.preparations.get(key="edition:0")
    assert len(list(read(cut).iter("button"))) == 1
    assert list(read(cut, f"?preparation={first.pk}").iter("button")) == []


def test_stages_of_before_are_the_first_preparations(make_asset, read):
    asset = make_asset("Old")
    row = {"asset": asset, "label": "Ladder", "position": 0, "state": "done"}
    Stage.objects.create(name="ladder", cpu_seconds=4.0, **row)
    page = read(asset)
    assert rows_of(page)["Ladder"][2] == "4.0 s"
    assert list(page.iter("nav")) == []


def test_the_report_asks_the_same_of_the_database_whatever_its_length(
    film, cut, make_asset, add, pay, as_, editor
):
    short = make_asset("Short")
    add(short, "first", {"ladder": (1, 1.0)}, key="edition:0", is_shown=True)
    for number in range(3, 33):
        stages = {f"stage{n}": (1, 1.0) for n in range(6)}
        one = add(film, "cut", stages, key=f"edition:{number}", edition=number)
        for n in range(6):
            pay(film, 5, stage=stage_key(one, f"stage{n}"), quantity=1, unit="second")
    client = as_(editor)
    counts = []
    for asset in (short, short, film):
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"{LIBRARY}{asset.pk}/report/").status_code == 200
        counts.append(len(seen))
    assert counts[2] == counts[1]


@pytest.mark.parametrize(
    "micros, said",
    [
        (None, "–"),
        (0, "$0.00"),
        (17, "$0.000017"),
        (4_200, "$0.0042"),
        (347_512, "$0.3475"),
        (10_000, "$0.01"),
        (1_250_000, "$1.25"),
        (1_234_567, "$1.2346"),
        (12_345_678, "$12.35"),
        (1_234_567_890, "$1,234.57"),
    ],
)
def test_sums_are_written_as_exactly_as_they_need(micros, said):
    assert money(micros) == said
