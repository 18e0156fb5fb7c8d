"""Whisper's languages: the English names it answers with, and their tags (BCP 47).

The names are those of https://github.com/openai/whisper (``whisper/tokenizer.py``); ISO 639
calls its "jw" "jv".
"""

from __future__ import annotations

from core.media.transcripts.languages import normal

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
OLD = {"jw": "jv"}


def _tags() -> dict[str, str]:
    rows = (row.split(maxsplit=1) for row in NAMES.replace("\n", " ").split(";"))
    return {name.strip(): tag for tag, names in rows for name in names.split(",")}


TAGS = _tags()


def tag_of(told: str) -> str:
    """Return the tag of what a server calls a language, by name or by tag; "" where unknown."""
    told = told.strip().lower()
    return TAGS.get(told) or OLD.get(told) or normal(told)
