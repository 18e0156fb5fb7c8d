"""The import map names every module, by its served name, and the policy allows just that."""

import json

from django.test import Client

from pages.importmap import import_map, import_map_hash


def test_import_map_names_the_application_and_the_vendors() -> None:
    imports = json.loads(import_map())["imports"]
    assert imports["lectern/app"].startswith("/static/js/app")
    assert imports["hls.js"].startswith("/static/vendor/hls.js/")


def test_policy_allows_the_import_map_by_its_hash(client: Client, db: None) -> None:
    policy = client.get("/account/login/")["Content-Security-Policy"]
    assert import_map_hash() in policy
    assert "unsafe" not in policy
