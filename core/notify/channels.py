"""The house's own ways of telling: the bell, and e-mail."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Site

from core.contract.errors import NotSent, Undeliverable

from .models import Delivery, Notification
from .queries import kind_named
from .services import IN_APP, off_token

PORTS = {"http": 80, "https": 443}
FOR_GOOD = 500  # SMTP: from here on a refusal is final


class Bell:
    """The bell on every page: the row itself is the delivery."""

    name = IN_APP

    def __init__(self) -> None:
        self.label = _("On the site")

    def send(self, delivery: Delivery) -> None:
        Notification.objects.filter(pk=delivery.notification_id).update(is_shown=True)


class Mail:
    """E-mail: text and HTML, one click from being switched off."""

    name = "email"

    def __init__(self) -> None:
        self.label = _("E-mail")

    def prepare(self, delivery: Delivery) -> Callable[[], None]:
        return partial(_post, written(delivery))

    def send(self, delivery: Delivery) -> None:
        self.prepare(delivery)()


def _post(message: EmailMultiAlternatives) -> None:
    connection = get_connection()
    message.connection = connection
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        raise NotSent(f"The mail server could not be reached: {error}") from error
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        _refused(error, max(code for code, _words in error.recipients.values()))
    except SMTPResponseException as error:
        _refused(error, error.smtp_code)
    finally:
        connection.close()


def _refused(error: Exception, code: int) -> None:
    """The server answered: nothing went out, now or for good."""
    if code >= FOR_GOOD:
        raise Undeliverable(f"The mail server refused it: {error}") from error
    raise NotSent(f"The mail server asks to try later: {error}") from error


def written(delivery: Delivery) -> EmailMultiAlternatives:
    """Return the mail of a delivery, in words of its member."""
    told = delivery.notification
    base = base_url(told.site)
    token = off_token(member=told.member, kind=told.kind, channel=delivery.channel)
    off = base + reverse("notifications_off", args=[token])
    facts: dict[str, Any] = {
        "told": told,
        "kind": kind_named(told.kind, told.site),
        "brand": brand_name(told.site),
        "colour": getattr(getattr(told.site, "brand", None), "colour", "") or "#1d5a45",
        "url": base + told.url if told.url.startswith("/") else told.url,
        "off_url": off,
        "settings_url": base + reverse("notification_settings"),
        "language": told.member.language,
    }
    message = EmailMultiAlternatives(
        subject=" ".join(told.title.split()),
        body=render_to_string("mail/notification.txt", facts),
        to=[told.member.email],
        headers={
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(render_to_string("mail/notification.html", facts), "text/html")
    return message


def base_url(site: Site) -> str:
    """Return where a site answers, without a slash at the end.

    All sites stand behind one front door: they are reached by the scheme of BASE_URL and, where
    the site names no port of its own, by its port.
    """
    base = str(settings.WAGTAILADMIN_BASE_URL).rstrip("/")
    if site.is_default_site:
        return base
    door = urlsplit(base)
    is_named = site.port not in PORTS.values()
    scheme = "https" if site.port == PORTS["https"] else door.scheme
    port = site.port if is_named else door.port if scheme == door.scheme else None
    is_usual = port is None or port == PORTS.get(scheme)
    return f"{scheme}://{site.hostname}" + ("" if is_usual else f":{port}")


def brand_name(site: Site) -> str:
    """Return what a site calls itself; its brand is kept by the pages, above us."""
    own = getattr(getattr(site, "brand", None), "name", "")
    return own or site.site_name or str(settings.WAGTAIL_SITE_NAME)
