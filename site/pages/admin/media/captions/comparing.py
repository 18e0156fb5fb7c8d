"""A version line by line, beside an editor's draft where the two differ."""

from difflib import SequenceMatcher

from ..times import written


def read(cues) -> list[dict]:
    """Every cue as it is read: when, and what."""
    return [{"at": written(cue["start"]), "text": cue["text"]} for cue in cues]


def beside(theirs, mine) -> list[dict]:
    """The cues of a version; where a draft differs, the cues of both stand in one line."""
    matcher = SequenceMatcher(a=_seen(theirs), b=_seen(mine), autojunk=False)
    lines = []
    for kind, low, high, first, last in matcher.get_opcodes():
        here = read(theirs[low:high])
        if kind == "equal":
            lines += here
        else:
            lines.append({"is_different": True, "here": here, "mine": read(mine[first:last])})
    return lines


def _seen(cues) -> list[tuple]:
    """What members see of cues: words' times and doubts are none of it."""
    return [(cue["start"], cue["end"], cue["text"]) for cue in cues]
