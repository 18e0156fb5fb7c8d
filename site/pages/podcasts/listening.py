"""Podcast apps, and how each takes an address; none is handed to anybody's server on the way.

Apple, Castro, Downcast, Pocket Casts and Podcast Addict take it after a scheme of their own, and
Overcast as a parameter of its x-callback-url. AntennaPod listens to https addresses that end in
``.xml``, so an Android intent brings them there. Spotify and YouTube take no private feed.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

IOS, ANDROID = "apple", "android"


@dataclass(frozen=True, slots=True)
class App:
    """One app: ``link`` is filled with the ``bare`` address (no scheme) or the ``quoted`` one."""

    name: str
    label: str
    link: str
    places: tuple[str, ...]


APPS = (
    App("apple", "Apple Podcasts", "podcast://{bare}", (IOS,)),
    App("overcast", "Overcast", "overcast://x-callback-url/add?url={quoted}", (IOS,)),
    App("pocketcasts", "Pocket Casts", "pktc://subscribe/{bare}", (IOS, ANDROID)),
    App(
        "antennapod",
        "AntennaPod",
        "intent://{bare}#Intent;scheme={scheme};package=de.danoeh.antennapod;end",
        (ANDROID,),
    ),
    App("castro", "Castro", "castros://subscribe/{bare}", (IOS,)),
    App("addict", "Podcast Addict", "podcastaddict://{bare}", (ANDROID,)),
    App("downcast", "Downcast", "downcast://{bare}", (IOS,)),
)


@dataclass(frozen=True, slots=True)
class Way:
    """One app with the address filled in."""

    app: App
    url: str
    is_first: bool = False


def ways(address: str, *, agent: str = "", chosen: str = "") -> list[Way]:
    """Return the ways into apps: the chosen one first, then those of the visitor's own device."""
    here = _place(agent)
    order = sorted(
        APPS, key=lambda app: (app.name != chosen, bool(here) and here not in app.places)
    )
    return [Way(app, _filled(app, address), app.name == chosen) for app in order]


def app_named(name: str) -> App | None:
    """Return an app of the list."""
    return next((app for app in APPS if app.name == name), None)


def _filled(app: App, address: str) -> str:
    scheme, _, bare = address.partition("://")
    return app.link.format(bare=bare, quoted=quote(address, safe=""), scheme=scheme)


def _place(agent: str) -> str:
    if "Android" in agent:
        return ANDROID
    return IOS if any(word in agent for word in ("iPhone", "iPad", "Macintosh")) else ""
