"""The first page of an empty installation."""

from __future__ import annotations

from wagtail.models import Page, Site

from .models import Home


def found_site() -> Site:
    """Return the default site, with a home page where Wagtail's welcome stood."""
    home = Home.objects.order_by("path").first()
    if home is None:
        home = _first_home()
    site, _created = Site.objects.get_or_create(
        is_default_site=True, defaults={"root_page": home, "hostname": "localhost"}
    )
    if not isinstance(site.root_page.specific, Home):
        site.root_page = home
        site.save()
    _remove_welcome(home)
    return site


def _first_home() -> Home:
    home = Home(title="Home", slug="front")  # "home" is taken by Wagtail's welcome
    Page.get_first_root_node().add_child(instance=home)
    home.save_revision().publish()
    return home


def _remove_welcome(home: Home) -> None:
    welcome = Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk).first()
    if welcome is not None and type(welcome.specific) is Page:
        welcome.delete()
