"""Small words for templates: icons, rings, initials, lengths of time. None of them queries."""

from collections.abc import Hashable
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import get_language, gettext, ngettext

from ..generated_files import icon_names
from ..pictures import drawn
from ..qr import qr_code

register = template.Library()
DAY, HOUR, MINUTE = 86_400, 3600, 60
NEARLY_ALL = 0.995


@cache
def _icons() -> tuple[str, frozenset[str]]:
    return static("img/icons.svg"), frozenset(icon_names())


@register.simple_tag
def standing(template_name: str, **facts: Hashable) -> SafeString:
    """Include a part that says nothing but its ``facts``: drawn once for these and a language.

    The part sees its facts alone, no request and no member; other facts draw another one, so that
    it is never stale. What only one person reads does not belong here: it would fill the shelf.
    """
    if settings.DEBUG:
        return _drawn.__wrapped__(template_name, "", **facts)
    return _drawn(template_name, get_language(), **facts)


@lru_cache(maxsize=2000)
def _drawn(template_name: str, _language: str | None, **facts: Hashable) -> SafeString:
    return get_template(template_name).render(facts)


@register.simple_tag
@lru_cache(maxsize=1000)
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon of the sprite; it is decoration, so words must stand beside it."""
    url, known = _icons()
    shown = name if name in known else "puzzle"
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', extra, url, shown
    )


@register.simple_tag
def ring(fraction: float | None) -> SafeString:
    """Draw how much is done (0..1) as a ring."""
    percent = round(100 * min(1.0, max(0.0, fraction or 0.0)))
    return format_html(
        '<svg class="ring" viewBox="0 0 40 40" aria-hidden="true"><circle cx="20" cy="20" r="17"/>'
        '<circle cx="20" cy="20" r="17" pathLength="100" stroke-dasharray="{} 100"{}/></svg>',
        percent,
        SafeString("" if percent else ' stroke="none" visibility="hidden"'),
    )


@register.filter
def percent(fraction: float | None) -> int:
    """Return 0..100; a hundred only where everything is done."""
    value = min(1.0, max(0.0, fraction or 0.0))
    return 100 if value >= NEARLY_ALL else min(99, round(100 * value))


@register.filter
def initials(member: Any) -> str:
    """Return one or two letters for a person's avatar."""
    words = str(member).partition("@")[0].replace(".", " ").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if words[1:] else words)).upper()


@register.filter
def clock(seconds: float | None) -> str:
    """Return 754 as 12:34."""
    if not seconds:
        return ""
    minutes, rest = divmod(round(seconds), MINUTE)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def spoken(seconds: float | None) -> str:
    """Return a length of time as people say it: 40 sec, 12 min, 1 h 20 min."""
    if not seconds:
        return ""
    if seconds < MINUTE:
        return gettext("%d sec") % max(1, round(seconds))
    hours, minutes = divmod(round(seconds / MINUTE), 60)
    if not hours:
        return gettext("%d min") % minutes
    return (
        gettext("%(h)d h %(m)d min") % {"h": hours, "m": minutes}
        if minutes
        else (ngettext("%d hour", "%d hours", hours) % hours)
    )


@register.filter
def left(state: Any) -> str:
    """Return "12 min left" of a state of watching."""
    if not state or not state.duration:
        return ""
    return gettext("%s left") % (spoken(max(1, state.duration - state.position)))


@register.filter
def time_left(seconds: float | None) -> str:
    """Return "12 min left" of a length of time."""
    return gettext("%s left") % spoken(seconds)


@register.filter(expects_localtime=True)
def iso(at: datetime | None) -> str:
    """Return a moment as machines read it, in the reader's zone."""
    return at.isoformat() if at else ""


@register.filter
def until_now(at: datetime) -> str:
    """Return how far away a moment is: in 3 days, in 20 min, now, 2 days ago."""
    seconds = (at - now()).total_seconds()
    if abs(seconds) < MINUTE:
        return gettext("now")
    if seconds < 0:
        return gettext("%s ago") % _roughly(-seconds)
    return gettext("in %s") % _roughly(seconds)


def _roughly(seconds: float) -> str:
    if seconds < HOUR:
        return gettext("%d min") % round(seconds / MINUTE)
    if seconds < 2 * DAY:
        hours = round(seconds / HOUR)
        return ngettext("%d hour", "%d hours", hours) % hours
    days = round(seconds / DAY)
    return ngettext("%d day", "%d days", days) % days


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """Draw a text as a QR code."""
    return qr_code(text, label)


@register.simple_tag(takes_context=True)
def drawing(context: template.Context, title: str) -> str:
    """Return the address of the picture drawn for a title in the site's hue."""
    return drawn(title, context["shell"])
