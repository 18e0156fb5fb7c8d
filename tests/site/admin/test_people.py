"""Members in the admin, the menu, categories, and what stays within a site."""

import json

import pytest
from django.contrib.auth.models import Group
from django.test import RequestFactory
from wagtail import hooks
from wagtail.models import Page

from core.members.models import Member
from core.members.queries import sites_of
from pages.admin.tenancy import chosen_site, site_of_page
from pages.models import Category, Lesson, Standard


@pytest.fixture
def operator(db) -> Member:
    person = Member.objects.create_user("operator@lectern.example", "s3cret-words")
    person.groups.add(Group.objects.get(name="Operators"))
    return person


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def account(**more) -> dict:
    return {
        "email": "new@lectern.example",
        "name": "New Member",
        "password1": "correct-horse-9",
        "password2": "correct-horse-9",
        **more,
    }


def test_members_are_listed_and_found_by_name_or_address(as_, operator):
    Member.objects.create_user("ada@lectern.example", "x", name="Ada Byron")
    Member.objects.create_user("bob@lectern.example", "x", name="Bob Stone")
    client = as_(operator)
    for words in ("byron", "ada@"):
        page = text(client.get(f"/admin/users/results/?q={words}"))
        assert ("Ada Byron" in page, "Bob Stone" in page) == (True, False)


def test_a_member_is_added_without_a_username(as_, operator):
    as_(operator).post("/admin/users/new/", account(email="New@Lectern.example"))
    person = Member.objects.get(email="new@lectern.example")
    assert (person.name, person.check_password("correct-horse-9")) == ("New Member", True)


def test_an_address_in_other_letters_is_taken(as_, operator):
    Member.objects.create_user("new@lectern.example", "x")
    page = text(as_(operator).post("/admin/users/new/", account(email="NEW@lectern.example")))
    assert "Somebody has this address already" in page


def test_an_operator_makes_no_administrator(as_, operator):
    as_(operator).post("/admin/users/new/", account(is_superuser="on"))
    assert not Member.objects.get(email="new@lectern.example").is_superuser


def test_an_operator_does_not_touch_an_administrator(as_, operator, boss):
    client = as_(operator)
    body = account(email=boss.email, is_active="on", timezone="UTC")
    client.post(f"/admin/users/edit/{boss.pk}/", body)
    client.post(f"/admin/users/delete/{boss.pk}/")
    boss.refresh_from_db()
    assert boss.check_password("s3cret-words")


def test_an_operator_gives_no_group_beyond_their_own_rights(as_, operator):
    editors = Group.objects.get(name="Editors")
    as_(operator).post("/admin/users/new/", account(groups=str(editors.pk)))
    person = Member.objects.filter(email="new@lectern.example").first()
    assert person is None or not person.groups.exists()


def test_an_operator_does_not_raise_themself(as_, operator):
    body = account(
        email=operator.email, is_superuser="on", timezone="UTC", password1="", password2=""
    )
    as_(operator).post(f"/admin/users/edit/{operator.pk}/", body)
    operator.refresh_from_db()
    assert not operator.is_superuser


def test_an_editor_does_not_see_members(as_, editor):
    assert as_(editor).get("/admin/users/").status_code == 302


# --- the menu -----------------------------------------------------------------------------


def menu_of(client) -> list[str]:
    page = text(client.get("/admin/"))
    start = page.index('id="wagtail-sidebar-props"')
    props = json.loads(page[page.index(">", start) + 1 : page.index("</script>", start)])
    return [
        item["_args"][0]["label"]
        for module in props["modules"]
        if module["_type"].endswith("MainMenuModule")
        for item in module["_args"][0]
    ]


def test_the_menu_follows_the_day(as_, boss):
    labels = menu_of(as_(boss))
    wanted = ["Programs", "Podcasts", "Private feeds", "Coaching", "Help pages", "Page tree"]
    assert labels[:8] == [*wanted, "Media", "Images"]
    assert "Documents" not in labels


def test_the_first_screen_shows_what_is_in_the_works(as_, editor, make_asset, receiving):
    make_asset("Broken film", status="failed")
    make_asset("Fine film")
    page = text(as_(editor).get("/admin/"))
    assert [t in page for t in ("Broken film", "Arriving", "Fine film")] == [True, True, False]


# --- within a site ------------------------------------------------------------------------


def test_the_sites_of_an_editor_are_those_they_work_on(editor, stranger, boss, site, other_site):
    assert list(sites_of(editor)) == [site]
    assert list(sites_of(stranger)) == [other_site]
    assert set(sites_of(boss)) == {site, other_site}


def test_nobody_without_rights_has_a_site(db, site):
    assert not sites_of(Member.objects.create_user("m@lectern.example", "x")).exists()


def test_a_page_belongs_to_the_deepest_site_above_it(program, site):
    assert site_of_page(Lesson.objects.first()) == site


def test_another_site_cannot_be_asked_for(editor, other_site, site):
    request = RequestFactory().get("/", {"site": other_site.pk})
    request.user = editor
    assert chosen_site(request) is None
    for nonsense in ("x", "-1", "99999"):
        request.GET = {"site": nonsense}
        assert chosen_site(request) is None, nonsense


def test_the_page_chooser_stays_within_ones_sites(editor, program, other_home):
    other_home.add_child(instance=Standard(title="Theirs", slug="theirs"))
    request = RequestFactory().get("/")
    request.user = editor
    pages = Page.objects.all()
    for hook in hooks.get_hooks("construct_page_chooser_queryset"):
        pages = hook(pages, request)
    assert "Theirs" not in {page.title for page in pages}
    assert "Lesson 1" in {page.title for page in pages}


def test_the_explorer_hides_other_sites(as_, editor, program, other_home):
    other_home.add_child(instance=Standard(title="Their page", slug="theirs"))
    client, root = as_(editor), other_home.get_parent().pk
    page = text(client.get(f"/admin/pages/{root}/results/?q=their&search_all=1", follow=True))
    assert "Their page" not in page


def test_categories_stay_within_ones_sites(as_, editor, home, site, other_site):
    ours = Category.objects.create(site=site, name="Our shelf", slug="ours")
    theirs = Category.objects.create(site=other_site, name="Their shelf", slug="theirs")
    group = editor.groups.get()
    group.permissions.add(
        *Group.objects.get(name="Editors").permissions.filter(codename__endswith="category")
    )
    client = as_(type(editor).objects.get(pk=editor.pk))
    page = text(client.get("/admin/snippets/pages/category/"))
    assert ("Our shelf" in page, "Their shelf" in page) == (True, False)
    edit = "/admin/snippets/pages/category/edit/"
    assert client.get(f"{edit}{ours.pk}/").status_code == 200
    assert client.get(f"{edit}{theirs.pk}/").status_code in (302, 403, 404)
    for view in ("delete", "history", "usage"):
        url = f"/admin/snippets/pages/category/{view}/{theirs.pk}/"
        assert client.get(url).status_code in (302, 403), view
    client.post(f"/admin/bulk/pages/category/delete/?id={theirs.pk}", {})
    assert Category.objects.filter(pk=theirs.pk).exists()
    body = {"name": "Taken", "slug": "taken", "site": other_site.pk}
    client.post("/admin/snippets/pages/category/add/", body)
    assert not Category.objects.filter(name="Taken").exists()
