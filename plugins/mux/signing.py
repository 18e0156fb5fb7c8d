"""Tokens for signed playback (RS256; docs.mux.com, "Secure video playback")."""

from __future__ import annotations

import base64
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, cast

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.translation import gettext as _

from core.contract.errors import VideoError

from .account import Account

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

Kind = Literal["video", "thumbnail", "storyboard"]
AUDIENCE = {"video": "v", "thumbnail": "t", "storyboard": "s"}
LONGEST = 600  # seconds; the player asks for the next one in time


def sign(account: Account, playback_id: str, kind: Kind, *, expires_at: float, **more: str) -> str:
    """Return a token for one playback id and one use, at most ten minutes long.

    ``more`` are the query's parameters: of a signed picture they stand in the token, nowhere else.
    """
    claims: dict[str, object] = {
        "kid": account.signing_key_id,  # its libraries write it here, its guides in the header
        "sub": playback_id,
        "aud": AUDIENCE[kind],
        "exp": int(min(expires_at, time.time() + LONGEST)),
        **more,
    }
    if account.restriction_id:
        claims["playback_restriction_id"] = account.restriction_id
    key = _key(account.signing_private_key)
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": account.signing_key_id})


@lru_cache(maxsize=64)
def _key(words: str) -> RSAPrivateKey:
    try:
        pem = words.encode() if "BEGIN" in words else base64.b64decode(words, validate=False)
        return cast("RSAPrivateKey", load_pem_private_key(pem, password=None))
    except ValueError as error:
        raise VideoError(
            _("Mux's signing key cannot be read. Type it into Features again, as Mux shows it.")
        ) from error
