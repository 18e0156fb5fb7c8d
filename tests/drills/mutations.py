"""Ten thousand ways to get a playback token wrong."""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Callable, Iterator
from hashlib import sha256

import jwt

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
STRANGE = "+/=.%~é\u0000\u200b\u0430 \t\r\n\"'<>{}|\\^`\ud7ff"
Mutation = Callable[[str, random.Random], str]


def mutations(token: str, count: int, *, seed: int = 7) -> Iterator[tuple[str, str]]:
    """Yield a mutation's name and a token that differs from ``token``, ``count`` times."""
    dice = random.Random(seed)
    names = sorted(KINDS)
    made = 0
    while made < count:
        name = names[made % len(names)]
        wrong = KINDS[name](token, dice)
        if wrong != token:
            made += 1
            yield name, wrong


def _flip(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token))
    letter = dice.choice(ALPHABET)
    return token[:at] + letter + token[at + 1 :]


def _flip_bit(token: str, dice: random.Random) -> str:
    parts = token.split(".")
    at = dice.randrange(3)
    raw = bytearray(_decoded(parts[at]))
    raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    parts[at] = _encoded(bytes(raw))
    return ".".join(parts)


def _flip_unused_bits(token: str, dice: random.Random) -> str:
    """The last letter of 32 bytes carries two bits that mean nothing."""
    last = ALPHABET.index(token[-1])
    return token[:-1] + ALPHABET[last ^ dice.choice([1, 2, 3])]


def _cut(token: str, dice: random.Random) -> str:
    return token[: dice.randrange(len(token))]


def _cut_front(token: str, dice: random.Random) -> str:
    return token[dice.randrange(1, len(token)) :]


def _insert(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token) + 1)
    return token[:at] + dice.choice(ALPHABET + STRANGE) + token[at:]


def _strange(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token))
    return token[:at] + dice.choice(STRANGE) + token[at + 1 :]


def _pad(token: str, dice: random.Random) -> str:
    parts = token.split(".")
    parts[dice.randrange(3)] += "=" * dice.randrange(1, 4)
    return ".".join(parts)


def _swap(token: str, dice: random.Random) -> str:
    parts = token.split(".")
    dice.shuffle(parts)
    return ".".join(parts)


def _double(token: str, dice: random.Random) -> str:
    parts = token.split(".")
    at = dice.randrange(3)
    return ".".join([*parts[:at], parts[at], *parts[at:]])


def _without_one(token: str, dice: random.Random) -> str:
    parts = token.split(".")
    parts[dice.randrange(3)] = ""
    return ".".join(parts)


def _other_case(token: str, dice: random.Random) -> str:
    at = dice.randrange(len(token))
    return token[:at] + token[at].swapcase() + token[at + 1 :]


def _repeated(token: str, dice: random.Random) -> str:
    return token * dice.randrange(2, 5)


def _unsigned(token: str, dice: random.Random) -> str:
    header = dice.choice(["none", "None", "NONE", "nOnE"])
    return _with_header(token, {"alg": header, "typ": "JWT"}).rpartition(".")[0] + dice.choice(
        [".", "", "." + token.rpartition(".")[2]]
    )


def _other_algorithm(token: str, dice: random.Random) -> str:
    return _resigned(token, dice, algorithm=dice.choice(["HS384", "HS512", "HS256"]))


def _other_key(token: str, dice: random.Random) -> str:
    """Signed well, with our key id, by somebody who has not got the key."""
    return _resigned(token, dice, kid=jwt.get_unverified_header(token)["kid"])


def _wished(token: str, dice: random.Random) -> str:
    """The payload of another asset, site, member or hour under the old signature."""
    claims = jwt.decode(token, options={"verify_signature": False})
    claims |= dice.choice(
        [
            {"ast": uuid.UUID(int=dice.getrandbits(128)).hex},
            {"aud": str(int(claims["aud"]) + dice.randrange(1, 99))},
            {"sub": str(int(claims["sub"]) + dice.randrange(1, 99))},
            {"exp": claims["exp"] + dice.randrange(1, 10**9)},
            {"sea": sha256(dice.randbytes(8)).hexdigest()[:16]},
            {"use": dice.choice(["poster", "download", "beat", "*"])},
        ]
    )
    header, _, signature = token.split(".")
    return ".".join([header, _encoded(json.dumps(claims).encode()), signature])


def _odd_header(token: str, dice: random.Random) -> str:
    header = jwt.get_unverified_header(token)
    odd = [
        {**header, "crit": ["b64"], "b64": False},
        {**header, "kid": dice.choice(["../../dev/null", "", "0", "x' or 1=1"])},
        {**header, "jku": "https://evil.example/keys"},
        {**header, "typ": "jwt"},
        dict(reversed(header.items())),
    ]
    return _with_header(token, dice.choice(odd))


def _junk(_token: str, dice: random.Random) -> str:
    return "".join(dice.choice(ALPHABET + STRANGE + "..") for _ in range(dice.randrange(1, 300)))


def _resigned(token: str, dice: random.Random, *, algorithm: str = "HS256", kid: str = "") -> str:
    claims = jwt.decode(token, options={"verify_signature": False})
    key = sha256(dice.randbytes(8)).digest() * 2
    return jwt.encode(claims, key, algorithm, headers={"kid": kid} if kid else None)


def _with_header(token: str, header: dict[str, object]) -> str:
    written = _encoded(json.dumps(header, separators=(",", ":")).encode())
    return ".".join([written, *token.split(".")[1:]])


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


KINDS: dict[str, Mutation] = {
    "another letter": _flip,
    "a flipped bit": _flip_bit,
    "a flipped unused bit": _flip_unused_bits,
    "cut short": _cut,
    "cut in front": _cut_front,
    "a letter too many": _insert,
    "a strange letter": _strange,
    "padded": _pad,
    "parts swapped": _swap,
    "a part doubled": _double,
    "a part missing": _without_one,
    "the other case": _other_case,
    "repeated": _repeated,
    "unsigned": _unsigned,
    "another algorithm": _other_algorithm,
    "another key": _other_key,
    "another wish": _wished,
    "an odd header": _odd_header,
    "junk": _junk,
}
