"""What is answered to a player and what its page allows say the same, wherever Mux is on."""

from urllib.parse import urlsplit

import pytest
from django.utils.timezone import now
from wagtail.models import Site

from core.contract.services import flip, save_settings
from core.jobs.batches.models import Batch
from core.media.editing import services as editing
from core.media.editing.errors import CannotEdit
from core.media.editing.models import Edition
from core.media.editing.queries import playing
from core.media.models import Asset
from core.media.moving import services as moving
from core.media.moving.models import Move
from core.playback.services import grant
from core.storage.models import StoredObject

PAGE = "/account/login/"


@pytest.fixture
def other(site):
    return Site.objects.create(hostname="other.example", root_page=site.root_page)


@pytest.fixture
def there(account, site):
    """Return a film of the site that lies at Mux."""
    asset = Asset.objects.create(
        site=site, title="A film", status="ready", provider="mux", playable_at=now(),
        provider_data={"mux": {"asset": "a", "playback": "p", "original": ""}},
    )  # fmt: skip
    asset.renditions.create(provider="mux", name="mux")
    return asset


def allowed(client, path=PAGE, **headers):
    policy = client.get(path, **headers).headers["Content-Security-Policy"]
    parts = (part.split() for part in policy.split(";"))
    (media,) = [words[1:] for words in parts if words and words[0] == "media-src"]
    return media


def played_from(asset, member):
    """Return the origin a player is sent to; "" where it is refused."""
    answer = grant(member=member, asset=asset, site=asset.site)
    if answer.refusal:
        assert answer.refusal.code == "unplayable"
        return ""
    parts = urlsplit(answer.source.url)
    return f"{parts.scheme}://{parts.netloc}"


def test_off_here_and_on_elsewhere_it_plays_and_its_page_lets_it(
    there, account, site, other, editor, client
):
    flip(site=other, plugin="mux", is_on=True)
    flip(site=site, plugin="mux", is_on=False)
    assert played_from(there, editor) == account.url
    assert account.url in allowed(client)


def test_off_everywhere_it_is_refused_and_nothing_is_let(there, account, site, editor, client):
    flip(site=site, plugin="mux", is_on=False)
    assert played_from(there, editor) == ""
    assert account.url not in allowed(client)


def test_without_its_key_it_is_refused_and_nothing_is_let(there, account, site, editor, client):
    save_settings(plugin="mux", values={"signing_key_id": ""}, site=site)
    assert played_from(there, editor) == ""
    assert account.url not in allowed(client)


def test_the_admin_at_another_sites_address_plays_it(there, account, other, client):
    host = {"headers": {"host": "other.example"}}
    assert account.url in allowed(client, "/admin/login/", **host)
    assert account.url not in allowed(client, PAGE, **host)


def test_nobody_goes_back_to_where_it_would_not_play(there, account, site):
    Asset.objects.filter(pk=there.pk).update(provider="ffmpeg")
    batch = Batch.objects.create(kind=moving.KIND, target="ffmpeg")
    move = Move.objects.create(
        batch=batch, asset=there, source="mux", target="ffmpeg", state="moved"
    )
    flip(site=site, plugin="mux", is_on=False)
    with pytest.raises(moving.CannotMove, match="“mux” is switched off"):
        moving.roll_back(move)
    flip(site=site, plugin="mux", is_on=True)
    moving.roll_back(move)
    there.refresh_from_db()
    assert there.provider == "mux"


def test_nor_to_a_version_that_would_not_play(there, account, site):
    there.original = StoredObject.objects.create(
        site=site, provider="local_disk", key="ab/1", size=1
    )
    there.save()
    playing(there)
    kept = Edition.objects.create(
        asset=there, number=1, cause="cut", state="kept", facts={"provider": "mux"}
    )
    flip(site=site, plugin="mux", is_on=False)
    with pytest.raises(CannotEdit, match="“mux” is switched off"):
        editing.go_back(kept)
