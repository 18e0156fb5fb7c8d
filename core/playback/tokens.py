"""Playback tokens: JWTs of one spelling each, for one member, one asset, some minutes.

They stand in a path, so that every relative address of a stream inherits them.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from hashlib import sha256
from typing import Any, Literal

import jwt
from django.conf import settings

from .errors import BadToken

Use = Literal["play", "poster", "download", "enclosure", "words", "remote"]
USES = ("play", "poster", "download", "enclosure", "words", "remote")
ALGORITHM = "HS256"
SHAPE = re.compile(r"[A-Za-z0-9_-]{20,200}\.[A-Za-z0-9_-]{20,400}\.[A-Za-z0-9_-]{43}", re.ASCII)
LONGEST = 700
CLAIMS = ["aud", "sub", "ast", "use", "exp", "ini", "sea"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says. Times in seconds since the epoch; no member is a stranger."""

    member_id: int | None
    site_id: int
    asset_id: uuid.UUID
    page_id: int | None
    expires_at: int
    began_at: int  # when the first token of this chain of renewals was made
    use: Use = "play"
    kid: str = ""
    key_id: int | None = None  # the private feed's key, which has to be in use
    seal: str = ""  # of the member's sign-in: another password, another seal
    edition: int = 0  # whose seconds this player counts; a cut makes another one


def write_token(claims: Claims) -> str:
    """Sign ``claims`` with the newest key."""
    header, key = _newest(_secrets())
    payload = {
        "aud": str(claims.site_id),
        "sub": str(claims.member_id or 0),
        "ast": claims.asset_id.hex,
        "pg": claims.page_id or 0,
        "use": claims.use,
        "exp": claims.expires_at,
        "ini": claims.began_at,
        **({"fk": claims.key_id} if claims.key_id else {}),
        **({"ed": claims.edition} if claims.edition else {}),
        "sea": claims.seal,
    }
    said = f"{header}.{_encoded(json.dumps(payload, separators=(',', ':')).encode())}"
    return f"{said}.{_encoded(hmac.digest(key, said.encode(), 'sha256'))}"


def read_token(token: str, *, grace: int = 0) -> Claims:
    """Return what a valid token says, or raise ``BadToken`` without saying why.

    ``grace``: seconds after its end in which a token still proves who watched what (a beat
    that was kept while offline). Never give any where bytes are read.
    """
    claims = _verified(token, _secrets())
    if claims.expires_at + grace <= time.time():
        raise BadToken
    return claims


def renewed(claims: Claims, *, expires_at: int) -> Claims:
    """Return the claims of the next token in the chain."""
    return replace(claims, expires_at=expires_at, kid="")


@lru_cache(maxsize=8192)
def _verified(token: str, secrets: tuple[str, ...]) -> Claims:
    """Check everything but the clock; a viewer sends the same token hundreds of times."""
    if len(token) > LONGEST or not SHAPE.fullmatch(token):
        raise BadToken
    header, body, signature = token.split(".")
    kid = _headers(secrets).get(header)  # whole and verbatim: algorithm, type and key
    if kid is None or not (_is_canonical(body) and _is_canonical(signature)):
        raise BadToken
    try:
        payload = jwt.decode(
            token,
            _keys(secrets)[kid],
            algorithms=[ALGORITHM],
            options={"require": CLAIMS, "verify_exp": False, "verify_aud": False},
        )
        return _claims(payload, kid)
    except (jwt.InvalidTokenError, ValueError, TypeError, KeyError) as error:
        raise BadToken from error


def _claims(payload: Mapping[str, Any], kid: str) -> Claims:
    if payload["use"] not in USES:
        raise BadToken
    return Claims(
        member_id=int(payload["sub"]) or None,
        site_id=int(payload["aud"]),
        asset_id=uuid.UUID(payload["ast"]),
        page_id=int(payload["pg"]) or None,
        expires_at=int(payload["exp"]),
        began_at=int(payload["ini"]),
        use=payload["use"],
        kid=kid,
        key_id=int(payload.get("fk", 0)) or None,
        seal=str(payload["sea"]),
        edition=int(payload.get("ed", 0)),
    )


def _is_canonical(part: str) -> bool:
    """Refuse a second spelling of the same bytes: base64url leaves its last bits unused."""
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        return False
    return _encoded(raw) == part


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _secrets() -> tuple[str, ...]:
    """Return the signing keys, newest first; without any, those made from SECRET_KEY."""
    own = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    return tuple(settings.PLAYBACK_KEYS or [f"playback:{key}" for key in own])


@cache
def _keys(secrets: tuple[str, ...]) -> dict[str, bytes]:
    """Return each key by its id, which is made from the key and tells nothing about it."""
    keys = [sha256(b"lectern.playback\0" + secret.encode()).digest() for secret in secrets]
    return {sha256(key).hexdigest()[:8]: key for key in keys}


@cache
def _newest(secrets: tuple[str, ...]) -> tuple[str, bytes]:
    """Return the header that the newest key signs, encoded, and the key."""
    kids = {kid: header for header, kid in _headers(secrets).items()}
    kid, key = next(iter(_keys(secrets).items()))
    return kids[kid], key


@cache
def _headers(secrets: tuple[str, ...]) -> dict[str, str]:
    """Return the only header each key ever signs, encoded, with its key id."""
    return {
        jwt.encode({}, key, ALGORITHM, headers={"kid": kid}).split(".")[0]: kid
        for kid, key in _keys(secrets).items()
    }
