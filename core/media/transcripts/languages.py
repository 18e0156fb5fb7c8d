"""Languages by their tags (BCP 47): which are one, and what they call themselves."""

from __future__ import annotations

import re

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

UNKNOWN = "und"  # ISO 639: somebody spoke, nobody can tell in what
TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}", re.ASCII)

OWN_NAMES = {  # which Django does not know, or not in their own words
    "es-419": "Español (Latinoamérica)", "eu": "Euskara", "ka": "ქართული", "km": "ខ្មែរ",
    "mn": "Монгол", "pa": "ਪੰਜਾਬੀ",
    "am": "አማርኛ", "as": "অসমীয়া", "ba": "Башҡортса", "bo": "བོད་སྐད་", "fo": "Føroyskt",
    "gu": "ગુજરાતી", "ha": "Hausa", "haw": "ʻŌlelo Hawaiʻi", "ht": "Kreyòl ayisyen",
    "jv": "Basa Jawa", "la": "Latina", "ln": "Lingála", "lo": "ລາວ", "mg": "Malagasy",
    "mi": "Māori", "mt": "Malti", "oc": "Occitan", "ps": "پښتو", "sa": "संस्कृतम्",
    "sd": "سنڌي", "si": "සිංහල", "sn": "ChiShona", "so": "Soomaali", "su": "Basa Sunda",
    "tl": "Tagalog", "yi": "ייִדיש", "yo": "Yorùbá", "yue": "粵語", "zh": "中文",
}  # fmt: skip

# What people speak in films: tags, and the English names transcribers know them by.
NAMES = """
af afrikaans; am amharic; ar arabic; as assamese; az azerbaijani; ba bashkir; be belarusian;
bg bulgarian; bn bengali; bo tibetan; br breton; bs bosnian; ca catalan, valencian; cs czech;
cy welsh; da danish; de german; el greek; en english; es spanish, castilian; et estonian;
eu basque; fa persian; fi finnish; fo faroese; fr french; gl galician; gu gujarati; ha hausa;
haw hawaiian; he hebrew; hi hindi; hr croatian; ht haitian creole, haitian; hu hungarian;
hy armenian; id indonesian; is icelandic; it italian; ja japanese; jv javanese; ka georgian;
kk kazakh; km khmer; kn kannada; ko korean; la latin; lb luxembourgish, letzeburgesch; ln lingala;
lo lao; lt lithuanian; lv latvian; mg malagasy; mi maori; mk macedonian; ml malayalam;
mn mongolian; mr marathi; ms malay; mt maltese; my myanmar, burmese; ne nepali;
nl dutch, flemish; nn nynorsk; no norwegian; oc occitan; pa punjabi, panjabi; pl polish;
ps pashto, pushto; pt portuguese; ro romanian, moldavian, moldovan; ru russian; sa sanskrit;
sd sindhi; si sinhala, sinhalese; sk slovak; sl slovenian; sn shona; so somali; sq albanian;
sr serbian; su sundanese; sv swedish; sw swahili; ta tamil; te telugu; tg tajik; th thai;
tk turkmen; tl tagalog; tr turkish; tt tatar; uk ukrainian; ur urdu; uz uzbek; vi vietnamese;
yi yiddish; yo yoruba; yue cantonese; zh chinese, mandarin
"""
REGIONAL = (  # which are written or spoken otherwise than the tag before the hyphen says
    "ar-EG", "ar-MA", "ar-SA", "de-AT", "de-CH", "en-AU", "en-CA", "en-GB", "en-IE", "en-IN",
    "en-NZ", "en-US", "en-ZA", "es-419", "es-AR", "es-CO", "es-ES", "es-MX", "fr-BE", "fr-CA",
    "fr-CH", "it-CH", "nb", "nl-BE", "pt-BR", "pt-PT", "sr-Cyrl", "sr-Latn", "uz-Cyrl", "uz-Latn",
    "zh-HK", "zh-Hans", "zh-Hant", "zh-TW",
)  # fmt: skip

OLD = {  # how files of a language are written that are not Unicode; all others are cp1252
    "cp1250": "bs cs hr hu pl ro sk sl sq sr-Latn",
    "cp1251": "ba be bg kk ky mk mn ru sr tg tt uk uz-Cyrl",
    "cp1253": "el", "cp1254": "az tr", "cp1255": "he yi", "cp1256": "ar fa ps sd ur",
    "cp1257": "et lt lv", "cp1258": "vi", "cp874": "th",
    "cp932": "ja", "cp949": "ko", "gb18030": "zh", "big5hkscs": "yue zh-HK zh-Hant zh-TW",
}  # fmt: skip
CODE_PAGES = {tag: page for page, tags in OLD.items() for tag in tags.split()}


def code_page(tag: str) -> str:
    """Return the encoding of a language's files from before Unicode."""
    tag = normal(tag)
    return CODE_PAGES.get(tag) or CODE_PAGES.get(tag.partition("-")[0], "cp1252")


def _spoken() -> dict[str, tuple[str, ...]]:
    rows = (row.split(maxsplit=1) for row in NAMES.replace("\n", " ").split(";"))
    return {tag: tuple(name.strip() for name in names.split(",")) for tag, names in rows}


SPOKEN = _spoken()


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
