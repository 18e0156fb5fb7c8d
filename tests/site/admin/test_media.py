"""The library, the chooser and the live state, within one's sites and collections."""

import json
from base64 import b64encode
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from PIL import Image
from wagtail.models import Collection

from core.jobs.models import Job
from core.jobs.services import run_now
from core.media.models import Asset, Stage, Upload
from core.media.permissions import policy
from pages.admin.media.forms import AssetForm
from pages.admin.media.queries import matching
from pages.models import Lesson

LIBRARY = "/admin/media/"
CHOOSER = "/admin/media/choose/"


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# --- the library --------------------------------------------------------------------------


def test_the_library_shows_ones_own_sites_media_only(as_, editor, make_asset, other_site):
    make_asset("Ours")
    make_asset("Theirs", at=other_site)
    page = text(as_(editor).get(LIBRARY))
    assert ("Ours" in page, "Theirs" in page) == (True, False)


def test_an_administrator_sees_every_sites_media(as_, boss, make_asset, other_site):
    make_asset("Ours")
    make_asset("Theirs", at=other_site)
    page = text(as_(boss).get(LIBRARY))
    assert ("Ours" in page, "Theirs" in page) == (True, True)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?status=failed", {"Broken"}),
        ("?kind=audio", {"Sound"}),
        ("?q=Brokn", {"Broken"}),
        ("?q=holiday", {"Sound"}),
        ("?status=failed&kind=audio", set()),
        ("?layout=list", {"Broken", "Sound", "Film"}),
    ],
)
def test_the_library_narrows(as_, editor, make_asset, query, found):
    make_asset("Broken", status="failed")
    make_asset("Sound", kind="audio").tags.add("holiday")
    make_asset("Film")
    page = text(as_(editor).get(f"{LIBRARY}results/{query}"))
    assert {
        title
        for title in ("Broken", "Sound", "Film")
        if f">{title}<" in page.replace("\n", "").replace("  ", "")
    } == found


def test_the_library_counts_uses(
    as_, editor, make_asset, program, django_capture_on_commit_callbacks
):
    film = make_asset()
    with django_capture_on_commit_callbacks(execute=True):
        for lesson in Lesson.objects.all()[:3]:
            lesson.video = film
            lesson.save()
    assert "on 3 pages" in text(as_(editor).get(LIBRARY))


def test_the_library_costs_the_same_for_one_and_for_many(as_, editor, make_asset):
    client = as_(editor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(client.get(f"{LIBRARY}results/"))
        return len(seen)

    make_asset("0")
    client.get(LIBRARY)
    few = queries()
    for number in range(20):
        make_asset(str(number), status="processing")
    assert queries() == few


def test_search_forgives_typing(make_asset):
    film = make_asset("Breathing before speaking")
    for words in ("breathing", "brething", "before speak", "spaeking breathing"):
        assert list(matching(Asset.objects.all(), words)) == [film], words


def test_another_sites_asset_is_not_there(as_, stranger, make_asset, program):
    film = make_asset()
    client = as_(stranger)
    for end in ("", "state/", "play/", "delete/"):
        assert client.get(f"{LIBRARY}{film.pk}/{end}").status_code == 404, end
    assert client.post(f"{LIBRARY}{film.pk}/retry/").status_code == 404
    assert client.post(f"{LIBRARY}{film.pk}/delete/").status_code == 404
    assert client.get(f"{LIBRARY}{film.pk}/usage/").status_code in (302, 403)
    assert Asset.objects.filter(pk=film.pk).exists()


def test_an_author_sees_but_does_not_change_others_media(as_, author, make_asset):
    film = make_asset("Kept")
    client = as_(author)
    body = {"title": "Taken", "tags": ""}
    client.post(f"{LIBRARY}{film.pk}/", body)
    assert client.post(f"{LIBRARY}{film.pk}/retry/").status_code in (302, 403)
    client.post(f"{LIBRARY}{film.pk}/delete/")
    film.refresh_from_db()
    assert film.title == "Kept"


def test_a_title_and_tags_are_changed(as_, editor, make_asset):
    film = make_asset()
    as_(editor).post(f"{LIBRARY}{film.pk}/", {"title": "New words", "tags": "one, two"})
    film.refresh_from_db()
    assert (film.title, set(film.tags.names())) == ("New words", {"one", "two"})


def test_saving_words_leaves_alone_what_a_worker_wrote_meanwhile(editor, make_asset):
    film = make_asset(status="processing")
    shelf = Collection.get_first_root_node().add_child(name="Shelf")
    typed = {"title": "New words", "tags": "one", "collection": shelf.pk}
    form = AssetForm(typed, instance=film, user=editor)
    ended = {"status": "ready", "duration": 61.5, "playable_at": now(), "probe": {"rate": 25}}
    cut = {"edition": 1, "kept": [[0, 5]], "provider_data": {"mux": {"id": "a"}}}
    Asset.objects.filter(pk=film.pk).update(**ended, **cut)
    form.save()
    saved = Asset.objects.get(pk=film.pk)
    assert {name: getattr(saved, name) for name in (*ended, *cut)} == ended | cut
    assert (saved.title, saved.collection, set(saved.tags.names())) == ("New words", shelf, {"one"})


def picture() -> BytesIO:
    drawn = BytesIO()
    Image.new("RGB", (320, 180), "teal").save(drawn, "PNG")
    drawn.seek(0)
    drawn.name = "poster.png"
    return drawn


def test_a_poster_is_replaced(as_, editor, make_asset):
    film = make_asset()
    body = {"title": film.title, "tags": "", "poster_file": picture()}
    assert as_(editor).post(f"{LIBRARY}{film.pk}/", body).status_code == 302
    film.refresh_from_db()
    assert film.poster is not None
    page = text(as_(editor).get(LIBRARY))
    assert "/p/" in page
    assert film.poster.key not in page


def test_what_is_no_picture_is_named(as_, editor, make_asset):
    film, junk = make_asset(), BytesIO(b"not a picture")
    junk.name = "poster.png"
    page = as_(editor).post(
        f"{LIBRARY}{film.pk}/", {"title": film.title, "tags": "", "poster_file": junk}
    )
    assert "not a picture we can read" in text(page)


def test_deletion_names_its_uses_drafts_too(as_, editor, make_asset, program):
    film, lesson = make_asset(), Lesson.objects.first()
    lesson.video = film
    lesson.save_revision()
    assert "(draft)" in text(as_(editor).get(f"{LIBRARY}{film.pk}/delete/"))


def test_deletion_deletes(as_, editor, make_asset):
    film = make_asset()
    assert as_(editor).post(f"{LIBRARY}{film.pk}/delete/").status_code == 302
    assert not Asset.objects.filter(pk=film.pk).exists()


# --- bulk ---------------------------------------------------------------------------------


def bulk(client, action, assets, **body):
    query = "&".join(f"id={asset.pk}" for asset in assets)
    return client.post(f"/admin/bulk/core/asset/{action}/?{query}&next={LIBRARY}", body)


def test_many_are_tagged_at_once(as_, editor, make_asset):
    films = [make_asset("1"), make_asset("2")]
    bulk(as_(editor), "add_tags", films, tags="winter, snow")
    assert [set(film.tags.names()) for film in films] == [{"winter", "snow"}] * 2


def test_many_are_filed_at_once(as_, editor, make_asset):
    films, shelf = [make_asset("1"), make_asset("2")], Collection.get_first_root_node()
    shelf = shelf.add_child(name="Shelf")
    bulk(as_(editor), "add_to_collection", films, collection=shelf.pk)
    assert set(Asset.objects.values_list("collection", flat=True)) == {shelf.pk}


def test_bulk_leaves_another_sites_media_alone(as_, stranger, make_asset):
    films = [make_asset("1")]
    for action, body in (("delete", {}), ("add_tags", {"tags": "mine"})):
        bulk(as_(stranger), action, films, **body)
    assert Asset.objects.count() == 1
    assert not films[0].tags.exists()


@pytest.mark.parametrize("action", ["delete", "add_tags", "add_to_collection", "move_to"])
def test_bulk_names_nothing_of_another_site(as_, stranger, make_asset, other_site, action):
    theirs, ours = make_asset("Merger plan"), make_asset("Our film", at=other_site)
    client = as_(stranger)
    page = text(client.get(f"/admin/bulk/core/asset/{action}/?id={theirs.pk}&id={ours.pk}"))
    assert ("Merger plan" in page, "Our film" in page) == (False, True)
    page = text(client.get(f"/admin/bulk/core/asset/{action}/?id={theirs.pk}"))
    assert ("Merger plan" in page, "Nothing of this is here any more" in page) == (False, True)


def test_bulk_names_what_may_be_seen_and_not_changed(as_, author, make_asset):
    film = make_asset("Another's film")
    page = text(as_(author).get(f"/admin/bulk/core/asset/delete/?id={film.pk}"))
    assert "you may not change them" in page
    assert "Another&#x27;s film" in page


def test_bulk_passes_over_a_strange_id(as_, editor, make_asset):
    film = make_asset("Film")
    page = text(as_(editor).get(f"/admin/bulk/core/asset/delete/?id=7&id={film.pk}"))
    assert "Film" in page
    bulk(as_(editor), "delete", [film, Asset(pk="7")])
    assert not Asset.objects.exists()


def test_bulk_deletion_warns_of_uses(
    as_, editor, make_asset, program, django_capture_on_commit_callbacks
):
    film, lesson = make_asset(), Lesson.objects.first()
    lesson.video = film
    with django_capture_on_commit_callbacks(execute=True):
        lesson.save()
    page = text(as_(editor).get(f"/admin/bulk/core/asset/delete/?id={film.pk}"))
    assert "on 1 page" in page
    assert "empty place" in page


def test_select_all_stays_within_ones_sites(as_, editor, make_asset, other_site):
    ours, theirs = make_asset("Ours"), make_asset("Theirs", at=other_site)
    as_(editor).post("/admin/bulk/core/asset/delete/?id=all", {})
    assert set(Asset.objects.all()) == {theirs}
    assert ours.pk


# --- the chooser --------------------------------------------------------------------------


def modal(answer) -> dict:
    assert answer.status_code == 200, answer.status_code
    return json.loads(answer.content)


def test_the_chooser_offers_the_pages_site_and_kind(as_, boss, site, make_asset, other_site):
    make_asset("Film")
    make_asset("Sheet", kind="file")
    make_asset("Theirs", at=other_site)
    html = modal(as_(boss).get(CHOOSER, {"kind": "video", "site": site.pk}))["html"]
    assert [title in html for title in ("Film", "Sheet", "Theirs")] == [True, False, False]


def test_the_chooser_is_closed_for_another_site(as_, editor, make_asset, other_site):
    theirs = make_asset("Theirs", at=other_site)
    client = as_(editor)
    assert client.get(CHOOSER, {"site": other_site.pk}).status_code in (302, 403)
    chosen = client.get(f"{CHOOSER}chosen/{theirs.pk}/")
    assert chosen.status_code == 404
    several = client.get(f"{CHOOSER}chosen-multiple/", {"id": str(theirs.pk), "multiple": 1})
    assert modal(several)["result"] == []


def test_the_chooser_answers_with_what_was_chosen(as_, editor, make_asset):
    film = make_asset("Film")
    result = modal(as_(editor).get(f"{CHOOSER}chosen/{film.pk}/"))["result"]
    assert result == {
        "id": str(film.pk),
        "title": "Film",
        "edit_url": f"/admin/media/{film.pk}/",
    }


def test_the_chooser_has_no_upload_for_who_may_not(as_, home, make_asset):
    from tests.site.admin.conftest import editing

    reader = editing(home, "Reader", shelves=("choose_asset",))
    assert "upload-drop" not in modal(as_(reader).get(CHOOSER))["html"]


def test_a_strange_id_is_not_there(as_, editor):
    assert as_(editor).get(f"{CHOOSER}chosen/1/").status_code == 404


# --- the live state -----------------------------------------------------------------------


def state_of(client, asset) -> str:
    return text(client.get(f"{LIBRARY}{asset.pk}/state/"))


def test_the_state_counts_an_upload(as_, editor, receiving):
    page = state_of(as_(editor), receiving)
    assert "30 %" in page
    assert 'data-busy="true"' in page


def test_the_state_names_stage_share_and_time(as_, editor, make_asset):
    film = make_asset(status="processing")
    Stage.objects.create(
        asset=film,
        name="x",
        label="Encoding",
        position=1,
        state="running",
        progress=0.42,
        eta_seconds=130,
    )
    page = state_of(as_(editor), film)
    assert "Encoding" in page
    assert "42 %" in page
    assert "about 2 minutes left" in page


def test_the_state_says_why_it_failed(as_, editor, make_asset):
    film = make_asset(status="failed", error="The file has no picture. Export it again.")
    page = state_of(as_(editor), film)
    assert "The file has no picture" in page
    assert 'data-busy="false"' in page


# --- the whole way ------------------------------------------------------------------------


def described(**words) -> str:
    return ",".join(f"{key} {b64encode(word.encode()).decode()}" for key, word in words.items())


def tus(client, method, path, data=b"", **headers):
    kind = "application/offset+octet-stream" if method == "PATCH" else ""
    return client.generic(
        method, path, data, content_type=kind, headers={"Tus-Resumable": "1.0.0", **headers}
    )


@pytest.mark.slow
def test_a_film_goes_from_the_chooser_to_the_lesson(as_, editor, film, site, program):
    client, data = as_(editor), film.read_bytes()
    words = described(filename="Lesson one.mp4", kind="video", site=str(site.pk))
    begun = tus(
        client, "POST", "/uploads/", **{"Upload-Length": str(len(data)), "Upload-Metadata": words}
    )
    assert begun.status_code == 201
    asset = Asset.objects.get(pk=begun.headers["Lectern-Asset"])
    assert (asset.title, asset.site, asset.uploaded_by) == ("Lesson one", site, editor)
    place, half = begun.headers["Location"], len(data) // 2
    assert tus(client, "PATCH", place, data[:half], **{"Upload-Offset": "0"}).status_code == 204
    assert "Uploading" in state_of(client, asset)
    at = tus(client, "HEAD", place).headers["Upload-Offset"]
    assert at == str(half)
    assert tus(client, "PATCH", place, data[half:], **{"Upload-Offset": at}).status_code == 204
    run_now(Job.objects.get(kind="media.prepare"))
    assert "Ready" in state_of(client, asset)
    assert client.get(f"{LIBRARY}{asset.pk}/play/").json()["url"].startswith("/p/")


def test_an_upload_for_another_site_is_refused(as_, editor, other_site):
    words = described(filename="a.mp4", site=str(other_site.pk))
    begun = tus(
        as_(editor), "POST", "/uploads/", **{"Upload-Length": "9", "Upload-Metadata": words}
    )
    assert (begun.status_code, Upload.objects.count()) == (403, 0)


def test_an_upload_goes_to_the_asked_collection(as_, editor):
    shelf = Collection.get_first_root_node().add_child(name="Shelf")
    words = described(filename="a.mp4", collection=str(shelf.pk))
    begun = tus(
        as_(editor), "POST", "/uploads/", **{"Upload-Length": "9", "Upload-Metadata": words}
    )
    assert Asset.objects.get(pk=begun.headers["Lectern-Asset"]).collection == shelf


def test_the_policy_agrees_with_itself(editor, stranger, author, make_asset, other_site):
    for asset in (make_asset(), make_asset(at=other_site), make_asset(uploaded_by=author)):
        for person in (editor, stranger, author):
            for action in ("choose", "change", "delete"):
                listed = policy.instances_user_has_permission_for(person, action)
                alone = policy.user_has_permission_for_instance(person, action, asset)
                assert listed.filter(pk=asset.pk).exists() == alone, (asset, person, action)


def test_who_listens_hears_states_and_no_percentages(as_, editor, make_asset):
    asset = make_asset("Film", status="processing")
    page = as_(editor).get(f"/admin/media/{asset.pk}/").content.decode()
    live = page.split('class="asset-live"')[1].split(">")[0]
    assert "aria-live" not in live
    assert 'data-said="Film: ' in page
