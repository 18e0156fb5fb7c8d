"""A token has one spelling, one audience, one asset, and minutes to live."""

import base64
import time
import uuid
from dataclasses import replace

import jwt
import pytest

from core.playback import tokens
from core.playback.errors import BadToken
from core.playback.tokens import ALGORITHM, Claims, read_token, write_token

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
CLAIMS = Claims(
    member_id=7,
    site_id=2,
    asset_id=uuid.UUID("6d0ba1f6-6a4b-4c53-9d43-0c8f6a4dbb6f"),
    page_id=11,
    expires_at=int(time.time()) + 3_600,  # longer than any test run
    began_at=int(time.time()),
    seal="0123456789abcdef",
)


def test_a_token_says_what_was_signed():
    read = read_token(write_token(CLAIMS))
    assert read == replace(CLAIMS, kid=read.kid)
    assert len(read.kid) == 8
    stranger = replace(CLAIMS, member_id=None, page_id=None, use="poster")
    assert read_token(write_token(stranger)) == replace(stranger, kid=read.kid)


def test_a_token_ends_on_its_second():
    with pytest.raises(BadToken):
        read_token(write_token(replace(CLAIMS, expires_at=int(time.time()))))


def test_a_token_that_was_good_a_moment_ago_ends_too(monkeypatch):
    token = write_token(CLAIMS)
    read_token(token)
    later = time.time() + 3_601
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(BadToken):
        read_token(token)


def test_a_token_without_a_seal_is_of_former_days():
    payload = jwt.decode(write_token(CLAIMS), options={"verify_signature": False})
    del payload["sea"]
    kid, key = next(iter(tokens._keys(tokens._secrets()).items()))
    with pytest.raises(BadToken):
        read_token(jwt.encode(payload, key, ALGORITHM, headers={"kid": kid}))


def test_an_older_key_reads_until_it_is_taken_away(settings):
    settings.PLAYBACK_KEYS = ["first"]
    old = write_token(CLAIMS)
    settings.PLAYBACK_KEYS = ["second", "first"]
    new = write_token(CLAIMS)
    assert read_token(old).kid != read_token(new).kid
    settings.PLAYBACK_KEYS = ["second"]
    assert read_token(new).member_id == 7
    with pytest.raises(BadToken):
        read_token(old)


def test_without_keys_of_its_own_playback_follows_the_secret_key(settings):
    settings.PLAYBACK_KEYS = []
    old = write_token(CLAIMS)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    assert read_token(old).member_id == 7
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadToken):
        read_token(old)


def test_grace_is_for_who_asks_for_it():
    token = write_token(replace(CLAIMS, expires_at=int(time.time()) - 10))
    assert read_token(token, grace=60).member_id == 7
    with pytest.raises(BadToken):
        read_token(token, grace=5)


def test_a_signature_has_one_spelling():
    token = write_token(CLAIMS)
    same = [token[:-1] + letter for letter in LETTERS if _bytes(letter) == _bytes(token[-1])]
    assert len(same) == 4  # the last letter carries two bits that mean nothing
    for wrong in set(LETTERS) - {token[-1]}:
        with pytest.raises(BadToken):
            read_token(token[:-1] + wrong)
    assert [tokens._is_canonical(one.split(".")[2]) for one in same].count(True) == 1


def _bytes(last):
    return base64.urlsafe_b64decode("A" * 42 + last + "=")


@pytest.mark.parametrize(
    "change",
    [{"use": "everything"}, {"ast": "x"}, {"sub": None}, {"aud": ["2", "3"]}, {"exp": "soon"},
     {"pg": {}}, {"exp": None}, {"ini": None}, {"sea": None}],
)  # fmt: skip
def test_our_own_signature_under_nonsense_is_no_token(change):
    good = write_token(CLAIMS)
    payload = jwt.decode(good, options={"verify_signature": False}) | change
    kid, key = next(iter(tokens._keys(tokens._secrets()).items()))
    signed = jwt.encode(payload, key, ALGORITHM, headers={"kid": kid})
    with pytest.raises(BadToken):
        read_token(signed)
