"""Run in a process of its own, with a stranger's plugin on the path: visits, and prints JSON."""

# ruff: noqa: E402 - Django must stand before its models can be imported
import io
import json
import sys
from http import HTTPStatus

import django

django.setup()

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, Site

from core.contract import NoProvider, ask, first, is_on, registry
from core.contract.services import flip
from core.members.models import Member
from pages.models import Home, Lesson, Module, Program

HERE, THERE = "here.example", "there.example"
MARK = "cellar-labels"


def site(hostname, slug):
    root = Page.objects.get(depth=1)
    home = root.add_child(instance=Home(title=hostname, slug=slug))
    program = home.add_child(instance=Program(title="Program", slug="program"))
    module = program.add_child(instance=Module(title="Module", slug="module"))
    module.add_child(instance=Lesson(title="Lesson", slug="lesson"))
    return Site.objects.create(hostname=hostname, root_page=home)


def people():
    member = Member.objects.create_user("member@lectern.example", "s3cret-words")
    operator = Member.objects.create_superuser("operator@lectern.example", "s3cret-words")
    return member, operator


class Visitor:
    def __init__(self, who):
        self.client = Client(raise_request_exception=False)
        self.client.force_login(who, settings.AUTHENTICATION_BACKENDS[0])

    def get(self, hostname, path):
        return self.client.get(path, headers={"host": hostname}, follow=True)

    def text(self, hostname, path):
        return self.get(hostname, path).content.decode()

    def status(self, hostname, path):
        return self.get(hostname, path).status_code


def seen(visitor, hostname):
    """Return what of the plugin a person meets on one site."""
    return {
        "panel": MARK in visitor.text(hostname, "/program/module/lesson/"),
        "link": "/-/cellar/" in visitor.text(hostname, "/dashboard/"),
        "page": visitor.status(hostname, "/-/cellar/"),
        "provider": bool(provider(Site.objects.get(hostname=hostname))),
    }


def provider(where):
    try:
        return first("storage_providers", name="cellar", site=where).label
    except NoProvider:
        return None


def whole():
    here, there = site(HERE, "here"), site(THERE, "there")
    member, operator = people()
    visitor = Visitor(member)
    label = apps.get_model("lectern_cellar", "Label")
    lesson = Lesson.objects.filter(path__startswith=here.root_page.path).get()
    label.objects.create(page=lesson, text="Laid down in spring")
    keeper = Visitor(operator)
    listed = [snippet(keeper, HERE)]
    both_on = {"here": seen(visitor, HERE), "there": seen(visitor, THERE)}
    shown = "Laid down in spring" in visitor.text(HERE, "/program/module/lesson/")
    flip(site=here, plugin="cellar", is_on=False)
    return {
        "quarantine": registry.complaints(),
        "missing migrations": call_command("makemigrations", check=True, dry_run=True),
        "static": finders.find("cellar/cellar.css") is not None,
        "label shown": shown,
        "both on": both_on,
        "off here": {"here": seen(visitor, HERE), "there": seen(visitor, THERE)},
        "on": [is_on("cellar", here), is_on("cellar", there), is_on("cellar")],
        "features": "Cellar" in keeper.text(HERE, "/admin/features/cellar/"),
        "snippets": [*listed, snippet(keeper, HERE), snippet(keeper, THERE)],
    }


def snippet(keeper, hostname):
    """Return whether the plugin's snippet is listed, in the menu, and opens."""
    address = "/admin/snippets/lectern_cellar/label/"
    return [
        address in keeper.text(hostname, "/admin/snippets/"),
        '"/admin/snippets/"' in keeper.text(hostname, "/admin/"),
        keeper.status(hostname, address) == HTTPStatus.OK,
    ]


def broken():
    where = site(HERE, "here")
    member, operator = people()
    visitor, keeper = Visitor(member), Visitor(operator)
    lesson = "/program/module/lesson/"
    for _ in range(int(sys.argv[2])):
        visitor.get(HERE, lesson)
    features = keeper.text(HERE, "/admin/features/") + keeper.text(HERE, "/admin/features/cellar/")
    answers = keeper.get(HERE, lesson), visitor.get(HERE, lesson)
    return {
        "quarantine": [line.partition(":")[0] for line in registry.complaints()],
        "reason": " ".join(registry.complaints()),
        "features": [word for word in sys.argv[3:] if word in features],
        "statuses": sorted(
            {
                visitor.status(HERE, "/"),
                visitor.status(HERE, "/dashboard/"),
                visitor.status(HERE, lesson),
                keeper.status(HERE, lesson),
                keeper.status(HERE, "/dashboard/"),
                keeper.status(HERE, "/admin/"),
                keeper.status(HERE, "/admin/features/"),
            }
        ),
        "url": visitor.status(HERE, "/-/cellar/"),
        "staff see": "could not show its part" in answers[0].content.decode(),
        "members see": "could not show its part" in answers[1].content.decode(),
        "others": provider_of_the_house(where),
        "jobs": len(ask("jobs")) > 0,
    }


def migrated():
    told = io.StringIO()
    call_command("migrate", stdout=told)
    return {"migrate": told.getvalue(), **broken()}


def provider_of_the_house(where):
    return first("storage_providers", name=settings.STORAGE_PROVIDER, site=where).name


print(json.dumps({"whole": whole, "broken": broken, "migrated": migrated}[sys.argv[1]]()))
