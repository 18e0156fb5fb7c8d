"""What is made from something else: a brand's numbers, pictures from titles, sheet, icons."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.art import draw, seed_of
from pages.colour import NIGHT, PAPER, brand_from, contrast, to_oklch
from pages.foundation import found_site
from pages.generated_files import icon_names, sprite, stylesheet
from pages.models.brand import BrandSettings

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_any_brand_colour_is_readable_by_day_and_by_night(colour):
    brand = brand_from(colour)
    day = contrast((brand.day, brand.chroma, brand.hue), (PAPER, 0.004, 85))
    night = contrast((brand.night, brand.chroma, brand.hue), (NIGHT, 0.007, 75))
    assert min(day, night) >= 4.5


def test_oklch_of_known_colours_is_the_published_one():
    assert to_oklch("#ffffff") == pytest.approx((1.0, 0.0, 89.9), abs=0.1)
    assert to_oklch("#ff0000") == pytest.approx((0.628, 0.2577, 29.23), abs=0.01)


def test_contrast_of_black_and_white_is_21():
    assert contrast((0, 0, 0), (1, 0, 0)) == pytest.approx(21, abs=0.05)


def test_same_title_draws_the_same_picture_and_another_another():
    assert draw(seed_of("One"), 165) == draw(seed_of("One"), 165)
    assert draw(seed_of("One"), 165) != draw(seed_of("Two"), 165)
    ET.fromstring(draw(seed_of("One"), 165))


def test_picture_is_kept_for_ever_and_bad_hues_are_not_there(client, db):
    response = client.get("/art/165/12345.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert "immutable" in response["Cache-Control"]
    assert client.get("/art/360/1.svg").status_code == 404


def test_brand_sheet_carries_the_sites_colour_and_changes_its_address(client, db):
    site = found_site()
    assert "brand.css" not in client.get("/help-me/").content.decode()
    brand = BrandSettings.objects.create(site=site, colour="#b3402a", name="Ember")
    body = client.get("/help-me/").content.decode()
    address = re.search(r'href="(/brand\.css\?[0-9a-f]+)"', body).group(1)
    assert "Ember" in body
    sheet = client.get(address)
    assert sheet["Content-Type"] == "text/css"
    assert "--brand-hue:" in sheet.content.decode()
    brand.colour = "#2a40b3"
    brand.save()
    assert address not in client.get("/help-me/").content.decode()


def test_stylesheet_is_small_and_whole():
    sheet = stylesheet()
    assert len(gzip.compress(sheet.encode())) <= 25_000
    assert sheet.count("{") == sheet.count("}")
    assert sheet.index("@layer reset,tokens") < sheet.index("@layer components")


def test_raw_colours_stand_in_the_tokens_alone(settings):
    for name in ("reset", "layout", "components", "pages"):
        text = (settings.BASE_DIR / f"static/css/{name}.css").read_text()
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{}]*\{)", text), name


def test_every_icon_of_the_list_is_in_the_sprite():
    root = ET.fromstring(sprite())
    shapes = {symbol.get("id"): len(symbol) for symbol in root}
    assert list(shapes) == icon_names()
    assert min(shapes.values()) > 0


def test_every_icon_that_a_template_names_is_in_the_list(settings):
    named = set()
    for file in (settings.BASE_DIR / "templates").rglob("*.html"):
        named |= set(re.findall(r'{% icon "([\w-]+)"', file.read_text()))
    assert named <= set(icon_names())
