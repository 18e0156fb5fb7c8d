"""Members find what they may see, and spell as they like."""

import pytest
from django.test import Client
from wagtail.models import PageViewRestriction, Site

from core.access.queries import reach_of
from core.members.models import Member
from pages.models import Event, HelpArticle, Lesson, Module, Program
from pages.search.queries import MOST_NEAR, search

BODY = [{"type": "text", "value": "<p>Let the exhale be longer than the inhale, and rest.</p>"}]


@pytest.fixture
def put(django_capture_on_commit_callbacks):
    """Put a page below another, and do what a commit sets off: it is indexed."""

    def put(parent, page):
        with django_capture_on_commit_callbacks(execute=True):
            return parent.add_child(instance=page)

    return put


@pytest.fixture
def site(db) -> Site:
    return Site.objects.get(is_default_site=True)


@pytest.fixture
def member(db) -> Member:
    return Member.objects.create_user("seeker@lectern.example", "s3cret-words")


@pytest.fixture
def program(site, put) -> Program:
    program = Program(title="Diamond Plus", slug="diamond", summary="Eight weeks of calm.")
    return put(site.root_page, program)


@pytest.fixture
def lesson(program, put) -> Lesson:
    module = put(program, Module(title="Arriving", slug="arriving"))
    lesson = Lesson(
        title="Breathing before you speak",
        slug="breathing",
        summary="Two minutes that change a room. Café meetings included.",
        body=BODY,
    )
    lesson.tags.add("composure")
    return put(module, lesson)


def titles(member, site, said) -> list[str]:
    return [plain(hit.title) for hit in search(reach_of(member, site), said)]


def plain(html: str) -> str:
    return html.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    "said",
    [
        "breathing",
        "breathe",  # the same stem
        "breath",  # not finished
        "Breathing speak",  # two words
        "composure",  # a tag
        "room",  # the summary
        "exhale",  # the body
        "cafe",  # without its accent
        "CAFÉ",
        "breathng",  # typing mistakes
        "brething",
        "breahting speek",
        "composre",
        "minuts breathing",
    ],
)
def test_a_lesson_is_found_by(said, member, site, lesson):
    assert titles(member, site, said)[:1] == ["Breathing before you speak"]


@pytest.mark.parametrize("said", ["", "   ", "!!", "'", "zebra", "the", "\\", ":*&|!()", "a" * 500])
def test_nothing_is_found_by(said, member, site, lesson):
    assert titles(member, site, said) == []


def test_a_title_comes_before_a_mention(put, member, site, lesson, program):
    body = [{"type": "text", "value": "<p>Breathing noise comes from the microphone.</p>"}]
    article = HelpArticle(title="Sound does not play", slug="sound", body=body)
    put(site.root_page, article)
    found = titles(member, site, "breathing")
    assert found == ["Breathing before you speak", "Sound does not play"]


def test_any_word_counts_where_not_all_are_found(member, site, lesson):
    assert titles(member, site, "exhale elephants") == ["Breathing before you speak"]


def test_what_is_closed_to_a_member_is_not_found(member, site, lesson, program):
    PageViewRestriction.objects.create(page=program, restriction_type="groups")
    for said in ("breathing", "breathng", "diamond", "composure"):
        assert search(reach_of(member, site), said) == []


def test_strangers_find_only_what_is_public(site, member, lesson, program):
    PageViewRestriction.objects.create(page=program, restriction_type="login")
    assert search(reach_of(None, site), "breathing") == []
    assert titles(member, site, "breathing") == ["Breathing before you speak"]


def test_drafts_are_not_found(member, site, lesson):
    lesson.unpublish()
    assert search(reach_of(member, site), "breathing") == []
    assert search(reach_of(member, site), "breathng") == []


def test_another_sites_pages_are_not_found(put, member, site, lesson):
    root = put(site.root_page.get_parent(), Program(title="Other", slug="other"))
    other = Site.objects.create(hostname="other.example", root_page=root)
    assert search(reach_of(member, other), "breathing") == []
    assert titles(member, other, "other") == ["Other"]


def test_a_snippet_is_marked_and_escaped(put, member, site, program):
    summary = "Write <script>alert(1)</script> for tags, & nothing happens."
    put(program, HelpArticle(title="Tags <b>& co</b>", slug="tags", summary=summary))
    [hit] = search(reach_of(member, site), "tags")
    assert hit.title == "<mark>Tags</mark> &lt;b&gt;&amp; co&lt;/b&gt;"
    assert "<script" not in hit.snippet
    assert "<mark>tags</mark>" in hit.snippet
    [alike] = search(reach_of(member, site), "nothng")
    assert "<mark>nothing</mark>" in alike.snippet
    assert "<script" not in alike.snippet


def test_a_hit_says_where_it_is(member, site, lesson):
    [hit, *_rest] = search(reach_of(member, site), "breathing")
    assert hit.crumbs == ["Diamond Plus", "Arriving"]
    assert hit.url == "/diamond/arriving/breathing/"


@pytest.mark.parametrize("length", [1, 30])
@pytest.mark.parametrize("said", ["mindset", "mindest"])
def test_a_search_costs_three_queries_at_most(
    length, said, put, member, site, program, django_assert_max_num_queries
):
    for number in range(length):
        put(program, Module(title=f"Mindset {number}", slug=f"mindset-{number}"))
    reach = reach_of(member, site)
    search(reach, "warm the content types")
    with django_assert_max_num_queries(3):
        found = search(reach, said)
    assert len(found) == min(length, MOST_NEAR if said == "mindest" else length)


def test_the_page_groups_what_it_finds(client, site, lesson):
    answer = client.get("/search/", {"q": "breathing"})
    assert answer.status_code == 200
    assert "<mark>Breathing</mark> before you speak" in answer.content.decode()
    assert [group.label for group in answer.context["groups"]] == ["Lessons"]


def test_the_page_explains_itself_when_empty(client, site):
    assert "Find a lesson" in client.get("/search/").content.decode()
    assert "Nothing found for “zebra”" in client.get("/search/", {"q": "zebra"}).content.decode()


def test_a_query_is_escaped(client, site):
    page = client.get("/search/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in page


def test_suggestions_are_a_bare_list(client, site, lesson):
    html = client.get("/search/suggest/", {"q": "breath"}).content.decode()
    assert html.startswith("<ul")
    assert "/diamond/arriving/breathing/" in html


def test_who_searches_too_fast_is_told_to_wait(site, member):
    client = Client()
    client.force_login(member)
    answers = [client.get("/search/", {"q": "x"}).status_code for _n in range(61)]
    assert (answers[59], answers[60]) == (200, 429)
    assert "Wait a moment" in client.get("/search/", {"q": "x"}).content.decode()


def test_an_event_is_found_by_its_host(put, member, site, program):
    times = {"starts_at": "2026-01-01T10:00Z", "ends_at": "2026-01-01T11:00Z"}
    put(program, Event(title="Open hour", slug="open-hour", host="Miriam Adler", **times))
    assert titles(member, site, "adlr") == ["Open hour"]
