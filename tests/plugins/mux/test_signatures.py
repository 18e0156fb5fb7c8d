"""Mux's own library for Node judges our stand-in's signatures, and its judge our verifier."""

import json
import subprocess
import sys
import time
from pathlib import Path

import jwt
import pytest

from core.contract.errors import BadEvent
from plugins.mux.account import account_of
from plugins.mux.events import MuxEvents
from plugins.mux.signing import sign

AUDIENCE = {"video": "v", "thumbnail": "t", "storyboard": "s"}
JUDGE = Path(__file__).with_name("judge.mjs")
NODE = Path(sys.executable).with_name("node")


def judge(**said):
    """Ask Mux's library; it fails with its own words on the error stream."""
    command = [str(NODE), str(JUDGE), json.dumps(said)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=30)


def test_what_our_stand_in_signs_their_library_believes(mux):
    body = mux.event("video.asset.ready", {"id": "1", "meta": {"title": "Über “Äpfel”"}})
    said = {"body": body.decode(), "header": mux.signature(body), "secret": mux.webhook_secret}
    assert judge(**said).stdout.strip() == "video.asset.ready"
    assert "No signatures found" in judge(**said | {"secret": "another"}).stderr
    old = mux.signature(body, time.time() - 310)
    assert "too old" in judge(**said | {"header": old}).stderr


def test_what_their_library_signs_our_verifier_believes(account, site):
    body = account.event("video.asset.ready", {"id": "1", "meta": {"title": "Über “Äpfel”"}})
    stamp = int(time.time())
    made = judge(body=body.decode(), stamp=stamp, secret=account.webhook_secret)
    headers = {"mux-signature": made.stdout.strip()}
    assert MuxEvents().verify(body, headers, site).kind == "video.asset.ready"
    with pytest.raises(BadEvent):
        MuxEvents().verify(body + b" ", headers, site)


@pytest.mark.parametrize("kind", ["video", "thumbnail", "storyboard"])
def test_our_tokens_say_what_their_library_says(account, site, kind):
    key = account.private_key
    theirs = judge(playback="p", type=kind, key=key, keyId=account.key_id).stdout.strip()
    assert account.authorised(theirs, "p", AUDIENCE[kind])
    ours = sign(account_of(site), "p", kind, expires_at=time.time() + 300)
    headers = [jwt.get_unverified_header(token) for token in (ours, theirs)]
    assert headers[0] == headers[1] | {"kid": account.key_id}
    said = [jwt.decode(token, options={"verify_signature": False}) for token in (ours, theirs)]
    ends = [claims.pop("exp") for claims in said]
    assert said[0] == said[1]
    assert ends[0] == pytest.approx(ends[1], abs=5)
