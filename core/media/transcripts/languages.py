"""Languages by their tags (BCP 47): which are one, and what they call themselves."""

from __future__ import annotations

import re

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

UNKNOWN = "und"  # ISO 639: somebody spoke, nobody can tell in what
TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)

OWN_NAMES = {  # which Django does not know
    "am": "አማርኛ", "as": "অসমীয়া", "ba": "Башҡортса", "bo": "བོད་སྐད་", "fo": "Føroyskt",
    "gu": "ગુજરાતી", "ha": "Hausa", "haw": "ʻŌlelo Hawaiʻi", "ht": "Kreyòl ayisyen",
    "jv": "Basa Jawa", "la": "Latina", "ln": "Lingála", "lo": "ລາວ", "mg": "Malagasy",
    "mi": "Māori", "mt": "Malti", "oc": "Occitan", "ps": "پښتو", "sa": "संस्कृतम्",
    "sd": "سنڌي", "si": "සිංහල", "sn": "ChiShona", "so": "Soomaali", "su": "Basa Sunda",
    "tl": "Tagalog", "yi": "ייִדיש", "yo": "Yorùbá", "yue": "粵語", "zh": "中文",
}  # fmt: skip


def normal(tag: str) -> str:
    """Return a language tag in its usual spelling ("pt-BR"), or "" when it is none."""
    if not TAG.fullmatch(tag := tag.strip().replace("_", "-")):
        return ""
    first, *rest = tag.split("-")
    return "-".join([first.lower(), *(_part(part) for part in rest)])


def _part(part: str) -> str:
    return {2: part.upper(), 4: part.title()}.get(len(part), part.lower())


def label_of(tag: str) -> str:
    """Return what speakers of a language call it; the tag itself where nobody knows."""
    if tag == UNKNOWN:
        return _("Unknown language")
    if own := OWN_NAMES.get(tag.lower()):
        return own
    try:
        known = get_language_info(tag.lower())
    except KeyError:
        return tag
    name: str = known["name_local"]
    region = tag.partition("-")[2]
    exact = known["code"].lower() == tag.lower()
    return name[:1].upper() + name[1:] + ("" if exact or not region else f" ({region})")
