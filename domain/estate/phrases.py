"""The one form in which questions are read, and the names and codes of items are looked up.

A change of this form needs a migration that writes the phrases of all items anew.
"""

import re
from dataclasses import dataclass

_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[\u201c\u201d\u201e]", '"'),
        (r"[\u2018\u2019]", "'"),
        (r"(?<=\d),(?=\d{3}(?!\d))", ""),
        (r"\b(what|who|where|how|that|it|there)'s\b", r"\1 is"),
        (r"\bcan't\b", "can not"),
        (r"n't\b", " not"),
        (r"(?<=\w)'s\b", ""),
        (r"(?<=s)'(?=\s|$)", ""),
        (r"\b(severity|top|criticality)-(\d+)\b", r"\1 \2"),
        (r"(>=|<=|!=|(?<![<>!])=|<(?!=)|>(?!=))", r" \1 "),
        (r"(?<=\d)%", " %"),
        (r"[()\[\]{}]", " "),
        (r"[,;]", " and "),
        (r"[?!]+(?=\s|$)", " "),
        (r"[.:]+(?=\s|$)", " "),
        (r"\s+-+\s+", " and "),
        (r"\b(?:and )+and\b", "and"),
        (
            r"\bended (?=(?:as |in |with |up )?(?:an? )?(?:degraded|failed|success|unsuccessful))",
            "",
        ),
        (r"\bof (?:the )?(?:type|kind|subtype|class) ", ""),
        (r"^(?:are there|is there|are any|is any|do we have|do you have|have we got)\b", "exists"),
    )
)
_PLAIN = re.compile(r"[a-z0-9_]+(?:[- ][a-z0-9_]+)*")
_ZONES = re.compile(r"\bzones? (?P<names>\w(?: (?:and|or) \w)+)(?!\S)")


def normalised(question: str) -> str:
    """Return the question in lower case without punctuation; words are separated by one space.

    Commas become "and"; text in double quotes keeps its quotes.
    """
    text = " ".join(question.lower().split())
    for pattern, replacement in _REWRITES:
        text = " ".join(pattern.sub(replacement, text).split())
    return _ZONES.sub(_each_zone, text)


def normalised_name(name: str) -> str:
    """Return a name as it would stand in a normalised question."""
    lower = name.lower()
    # Most names are plain, and an estate has thousands.
    return lower if _PLAIN.fullmatch(lower) else normalised(name)


def _each_zone(match: re.Match[str]) -> str:
    return re.sub(r"\b(?!and\b|or\b)(\w+)", r"zone \1", match["names"])


@dataclass(frozen=True, slots=True)
class Said:
    """Words that stand in a row, in any case: letters and digits alone.

    Of one that `is_open` the last word is a beginning.
    """

    words: tuple[str, ...]
    is_open: bool = True
