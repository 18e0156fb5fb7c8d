"""What is closed says why; what a shared cache may keep is what a stranger sees."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import ReferenceIndex, Site

from pages.models import Home, Module
from pages.screens.podcast import episode_cards
from pages.shell import shell_of
from tests.factories import (
    add_page,
    close_to_all_but,
    close_to_strangers,
    make_asset,
    make_image,
    make_member,
    make_program,
    the_site,
    url_of,
)

PAGES = ("program", "module", "podcast", "coaching", "event", "help", "about")


def is_shared(response) -> bool:
    return "public" in response.get("Cache-Control", "")


@pytest.mark.parametrize("kind", PAGES)
def test_only_a_strangers_page_may_be_kept_by_others(world, signed_in, stranger, kind):
    url = url_of(getattr(world, kind))
    assert is_shared(stranger.get(url))
    assert not is_shared(signed_in.get(url))
    assert "private" in signed_in.get(url)["Cache-Control"]


def test_strangers_page_sets_no_cookie(world, stranger):
    for url in ("/", url_of(world.program)):
        assert not stranger.get(url).cookies


@pytest.mark.parametrize("url", ["/dashboard/", "/account/profile/", "/styleguide/"])
def test_own_screens_are_never_shared(site, client, url):
    client.force_login(make_member(is_staff=True))
    assert not is_shared(client.get(url))


def test_strangers_are_shown_no_frame_of_a_film_they_may_not_see(world, rf):
    world.episode.media = make_asset()

    def picture_for(person) -> str:
        request = rf.get("/")
        request.user = person
        return episode_cards([world.episode], shell_of(request))[0].picture

    assert picture_for(make_member()).startswith("/p/")
    assert not picture_for(AnonymousUser()).startswith("/p/")


def test_page_of_another_group_says_why_and_shows_nothing_of_it(world, signed_in):
    close_to_all_but(world.program, Group.objects.create(name="Diamond"))
    response = signed_in.get(url_of(world.module))
    assert response.status_code == 403
    body = response.content.decode()
    assert "Your membership does not include this." in body
    assert world.module.summary not in body
    assert "Lesson 0.0" not in body
    assert "no-store" in response["Cache-Control"]


def test_closed_page_is_named_only_where_an_outline_names_it(world, signed_in):
    diamond = Group.objects.create(name="Diamond")
    close_to_all_but(world.module, diamond)
    lesson = world.module.get_children().first()
    announced = signed_in.get(url_of(world.module)).content.decode()
    assert f"<title>{world.module.title}" in announced
    assert "Ask us what it takes to open it." in announced
    below = signed_in.get(url_of(lesson)).content.decode()
    assert lesson.title not in below
    assert "This is not open to you</h1>" in below
    assert "You may be signed in with another account" in below


@pytest.mark.parametrize("kind", ["program", "podcast", "episode", "event", "article", "about"])
def test_page_that_no_list_tells_a_member_of_keeps_its_name(world, signed_in, kind):
    page = getattr(world, kind)
    page.title, page.expire_at = "Redundancies in spring", now() - timedelta(minutes=1)
    page.save()
    close_to_all_but(page, Group.objects.create(name="Board"))
    response = signed_in.get(url_of(page))
    body = response.content.decode()
    assert response.status_code == 403
    assert "Redundancies" not in body
    assert "Your membership does not include this." in body
    assert "Ask us what it takes" not in body


def test_module_of_a_program_that_is_closed_itself_keeps_its_name(world, signed_in):
    close_to_all_but(world.program, Group.objects.create(name="Board"))
    assert world.module.title not in signed_in.get(url_of(world.module)).content.decode()


def test_private_show_keeps_its_name_on_the_way_to_subscribing(world, signed_in):
    close_to_all_but(world.podcast, Group.objects.create(name="Board"))
    response = signed_in.get(reverse("subscribe", args=[world.podcast.pk]))
    assert response.status_code == 403
    assert world.podcast.title not in response.content.decode()


def test_episode_that_comes_by_itself_is_named_as_its_show_names_it(world, signed_in):
    world.podcast.kind, world.podcast.opens_every = world.podcast.Kind.SERIAL, 7
    world.podcast.opens_first = 7
    world.podcast.save()
    response = signed_in.get(url_of(world.episode))
    assert response.status_code == 403
    body = response.content.decode()
    assert f"{world.episode.title}</h1>" in body
    assert "This episode opens for you on" in body


def test_member_of_the_group_sees_it(world, member, signed_in):
    group = Group.objects.create(name="Diamond")
    close_to_all_but(world.program, group)
    member.groups.add(group)
    assert signed_in.get(url_of(world.module)).status_code == 200


def test_program_names_a_locked_module_and_its_reason_without_a_link(world, signed_in):
    close_to_all_but(world.module, Group.objects.create(name="Diamond"))
    body = signed_in.get(url_of(world.program)).content.decode()
    assert "Your membership does not include this." in body
    assert f'href="{url_of(world.module)}"' not in body


def test_program_says_when_a_scheduled_module_opens(world, signed_in):
    opens = now() + timedelta(days=9)
    module = add_page(world.program, Module(title="Still to come", live=False))
    module.go_live_at = opens
    module.save_revision().publish()
    module.refresh_from_db()
    assert not module.live
    body = signed_in.get(url_of(world.program)).content.decode()
    assert "“Still to come” opens on" in body
    assert f'href="{url_of(module)}"' not in body


def test_draft_is_not_there(world, signed_in):
    draft = add_page(world.program, Module(title="A draft nobody scheduled", live=False))
    assert signed_in.get(url_of(draft)).status_code == 404
    assert "A draft nobody" not in signed_in.get(url_of(world.program)).content.decode()


def test_password_page_asks_for_its_password(world, stranger):
    restriction = close_to_strangers(world.about)
    restriction.restriction_type, restriction.password = "password", "open sesame"
    restriction.save()
    asked = stranger.get(url_of(world.about))
    assert 'name="password"' in asked.content.decode()
    url = f"/_util/authenticate_with_password/{restriction.pk}/{world.about.pk}/"
    stranger.post(url, {"password": "open sesame", "return_url": url_of(world.about)})
    shown = stranger.get(url_of(world.about))
    assert "About</h1>" in shown.content.decode()
    assert not is_shared(shown)


def test_front_page_and_menu_hide_what_only_a_group_may_see(world, stranger):
    close_to_all_but(world.program, Group.objects.create(name="Diamond"))
    assert "Diamond Plus" not in stranger.get("/").content.decode()


def test_front_page_shows_what_every_member_may_see(site, stranger):
    close_to_strangers(make_program(title="Open to all members"))
    assert "Open to all members" in stranger.get("/").content.decode()


def test_page_of_one_site_is_not_served_on_another(world, settings):
    root = the_site().root_page.get_parent().add_child(instance=Home(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", port=80, root_page=root)
    elsewhere = Client(headers={"host": "other.example"})
    assert elsewhere.get("/").status_code == 200
    assert elsewhere.get(url_of(world.program)).status_code == 404


def test_the_player_of_a_clip_says_nothing_of_it_to_whom_it_is_closed(world, stranger, signed_in):
    clip = make_asset(title="A secret launch")
    world.module.body = [("video", {"asset": clip, "caption": ""})]
    world.module.save()
    ReferenceIndex.create_or_update_for_object(world.module)
    close_to_strangers(world.program)
    url = reverse("clip", args=[clip.pk])
    assert signed_in.get(url).json()["title"] == "A secret launch"
    refused = stranger.get(url)
    assert refused.json()["state"] == "locked"
    assert "secret" not in refused.content.decode()
    root = the_site().root_page.get_parent().add_child(instance=Home(title="Other", slug="other"))
    Site.objects.create(hostname="other.example", port=80, root_page=root)
    assert stranger.get(url, headers={"host": "other.example"}).status_code == 404


def test_dashboard_shows_no_module_of_another_group(world, signed_in):
    close_to_all_but(world.module, Group.objects.create(name="Diamond"))
    body = signed_in.get("/dashboard/").content.decode()
    assert f"{world.module.title}<" not in body
    assert "Module 1<" in body


def test_unfinished_lesson_that_closed_leaves_the_dashboard(world, member, signed_in):
    from core.progress.models import Watch

    lesson = world.module.get_children().first().specific
    Watch.objects.create(
        member=member,
        asset=lesson.video,
        site=the_site(),
        page=lesson,
        position=30,
        position_at=now(),
    )
    assert f'href="{url_of(lesson)}"' in signed_in.get("/dashboard/").content.decode()
    close_to_all_but(world.program, Group.objects.create(name="Diamond"))
    assert f'href="{url_of(lesson)}"' not in signed_in.get("/dashboard/").content.decode()


def test_card_of_a_closed_module_shows_no_picture_that_a_stranger_is_refused(
    world, signed_in, stranger
):
    world.module.cover = make_image()
    world.module.save_revision().publish()
    close_to_strangers(world.module)
    url = url_of(world.program)
    assert "/pictures/" in signed_in.get(url).content.decode()
    assert "/pictures/" not in stranger.get(url).content.decode()
