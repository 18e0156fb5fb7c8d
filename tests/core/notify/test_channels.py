"""The mail as it goes out, over a real line to a real server."""

from __future__ import annotations

import email
from email.policy import default
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller

from config.embedded.ports import free_port
from core.contract.errors import NotSent, Undeliverable
from core.notify.channels import Mail, written
from core.notify.models import Delivery

pytestmark = pytest.mark.django_db


class Office:
    """A mail server that keeps what it is given, or refuses it."""

    def __init__(self):
        self.taken, self.answer = [], "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(email.message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def office(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    office = Office()
    server = Controller(office, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    server.start()
    yield office
    server.stop()


@pytest.fixture
def delivery(tell):
    tell(title="“Tuesday” begins\nin a quarter of an hour", body="At <18:00>, with Mara & you.")
    found = Delivery.objects.select_related("notification__member", "notification__site")
    return found.get(channel="email")


def test_a_mail_arrives_as_text_and_html_with_one_click_to_be_rid_of_it(office, delivery):
    Mail().send(delivery)
    [mail] = office.taken
    assert mail["Subject"] == "“Tuesday” begins in a quarter of an hour"
    assert mail["To"] == "member@lectern.example"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    off = mail["List-Unsubscribe"].strip(" <>")
    assert off.startswith("http://testserver/notifications/off/")
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "At <18:00>, with Mara & you." in text
    assert "At &lt;18:00&gt;, with Mara &amp; you." in html
    for part in (text, html):
        assert off in part
        assert "http://testserver/news/" in part
        assert "http://testserver/account/notifications/" in part


def test_a_server_that_is_away_leaves_the_mail_for_later(settings, office, delivery):
    settings.EMAIL_PORT = free_port()
    with pytest.raises(NotSent, match="could not be reached"):
        Mail().send(delivery)


def test_a_server_that_asks_for_patience_gets_it(office, delivery):
    office.answer = "450 busy"
    with pytest.raises(NotSent, match="try later"):
        Mail().send(delivery)


def test_a_server_that_refuses_the_address_ends_it(office, delivery):
    office.answer = "550 no such person"
    with pytest.raises(Undeliverable, match="no such person"):
        Mail().send(delivery)


def test_mails_of_another_site_lead_there(delivery, other_site):
    delivery.notification.site = other_site
    message = written(delivery)
    assert "http://other.example/news/" in message.body
    assert "Other\n" in message.body


@pytest.mark.parametrize(
    "base, port, there",
    [
        ("https://lectern.example", 80, "https://other.example"),
        ("https://lectern.example", 443, "https://other.example"),
        ("https://lectern.example/", 8443, "https://other.example:8443"),
        ("https://lectern.example:8443", 80, "https://other.example:8443"),
        ("http://localhost:8000", 80, "http://other.example:8000"),
        ("http://localhost:8000", 443, "https://other.example"),
        ("http://localhost", 80, "http://other.example"),
    ],
)
def test_a_second_site_is_linked_as_the_first_is_reached(
    delivery, other_site, settings, base, port, there
):
    settings.WAGTAILADMIN_BASE_URL, other_site.port = base, port
    delivery.notification.site = other_site
    message = written(delivery)
    assert f"{there}/news/" in message.body
    assert message.extra_headers["List-Unsubscribe"].startswith(f"<{there}/notifications/off/")


def test_one_click_is_not_sent_on_where_everything_is_https(delivery, other_site, settings, client):
    """Whoever posts to be rid of a mail does not follow a redirect (RFC 8058)."""
    settings.WAGTAILADMIN_BASE_URL, settings.SECURE_SSL_REDIRECT = "https://a.example", True
    delivery.notification.site = other_site
    off = urlsplit(written(delivery).extra_headers["List-Unsubscribe"].strip("<>"))
    answer = client.post(
        off.path,
        {"List-Unsubscribe": "One-Click"},
        secure=off.scheme == "https",
        headers={"host": off.netloc},
    )
    assert answer.status_code == 200
