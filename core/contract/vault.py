"""Encrypts what operators type into secret fields."""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from .errors import ContractError


class SecretUnreadable(ContractError):
    """A secret was written with a key that is no longer in the list."""


def seal(text: str) -> str:
    """Encrypt with the newest key."""
    return _fernet(_keys()).encrypt(text.encode()).decode()


def unseal(token: str) -> str:
    """Decrypt with whichever key fits."""
    try:
        return _fernet(_keys()).decrypt(token.encode()).decode()
    except InvalidToken as error:
        message = "A secret was written with a key that is gone: type it again in Features."
        raise SecretUnreadable(message) from error


def reseal(token: str) -> str:
    """Encrypt anew with the newest key what any known key can read."""
    return _fernet(_keys()).rotate(token.encode()).decode()


def _keys() -> tuple[str, ...]:
    """PLUGIN_SECRET_KEYS, newest first; without them keys derived from Django's own."""
    own = tuple(getattr(settings, "PLUGIN_SECRET_KEYS", ()))
    return own or (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """Any length of text gives a Fernet key (RFC 5869)."""
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"lectern.plugins")
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
