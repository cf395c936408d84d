"""Recognising parts of a question by their form: limits, bounds, levels, filters, codes."""

import math
import re
from collections.abc import Callable

from adapters.planners.rules.mentions import Meaning, Mention, Slot
from adapters.planners.rules.numbers import NUMBER, number_of
from domain.estate.fields import FIELDS, OPEN_FIELDS, WORD_FIELDS, FieldType, RecordKind
from domain.estate.queries import FilterSpec

_VALUE = r"(?P<value>\d+(?:\.\d+)?)(?: ?(?:%|percent|degrees|c|mb|ms))?"
_MORE = r"(?:and|or) (?:above|more|higher|over|up|worse|greater)"
_LESS = r"(?:and|or) (?:below|less|lower|under)"
_AT_LEAST = r"(?:>=|at least|no less than|from)"
_AT_MOST = r"(?:<=|at most|no more than|up to)"
_ABOVE = r"(?:>|above|over|more than|higher than|greater than|exceeding|exceeds)"
_BELOW = r"(?:<|below|under|less than|lower than)"
_LEVEL = r"(?:of )?(?P<field>severity|criticality)(?: levels?)?(?: is| of| at)?"
_PLACES = {"zone", "site", "rack", "room", "region", "severity"}
_KEY = r"(?P<key>[a-z_]+(?:\.[a-z0-9_]+)?)"
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_.]*(?:-[a-z0-9_.:+]+)+")

_Match = re.Match[str]
_Build = Callable[[_Match], Mention | None]


def _bound(slot: Slot, *, strictly: float | None = None) -> _Build:
    def build(match: _Match) -> Mention:
        value = float(match["value"])
        # Bounds of a plan include their value; the neighbouring number makes them exclude it.
        return Mention(
            slot=slot, number=value if strictly is None else math.nextafter(value, strictly)
        )

    return build


def _level(op: str) -> _Build:
    def build(match: _Match) -> Mention:
        return _levels(match["field"], (op, match["value"]))

    return build


def _levels(field: str, *conditions: tuple[str, str]) -> Mention:
    kind = RecordKind.EVENT_LOG if field == "severity" else RecordKind.CI
    meanings = (
        Meaning(kind, FilterSpec.model_validate({"field": field, "op": op, "value": int(value)}))
        for op, value in conditions
    )
    return Mention(slot=Slot.WHERE, meanings=tuple(meanings))


def _level_span(match: _Match) -> Mention:
    return _levels(match["field"], (">=", match["value"]), ("<=", match["end"]))


def _limit(match: _Match) -> Mention:
    symbol = {"last": "LAST", "latest": "LAST", "newest": "LAST", "most recent": "LAST"}
    word = match["word"] or ""
    return Mention(
        slot=Slot.LIMIT, symbol=symbol.get(word, word.upper()), number=number_of(match["count"])
    )


def _depth(match: _Match) -> Mention:
    return Mention(slot=Slot.DEPTH, number=number_of(match["count"]))


def _key_value(match: _Match) -> Mention | None:
    meanings = [
        Meaning(
            kind, FilterSpec.model_validate({"field": field, "op": match["op"], "value": value})
        )
        for kind in WORD_FIELDS
        if (field := _field(kind, match["key"])) is not None
        and (value := _typed(kind, field, match["value"].strip('"'))) is not None
    ]
    return Mention(slot=Slot.WHERE, meanings=tuple(meanings)) if meanings else None


def _field(kind: RecordKind, key: str) -> str | None:
    name = {"type": "ci_type", "subtype": "ci_subtype", "code": "ci_code", "zone": "location"}.get(
        key, key
    )
    parent, dot, _ = name.partition(".")
    is_open = bool(dot) and parent in OPEN_FIELDS.get(kind, ())
    return name if is_open or name in FIELDS[kind] else None


def _typed(kind: RecordKind, field: str, value: str) -> str | float | int | None:
    if FIELDS[kind].get(field) is not FieldType.NUMBER:
        return value
    try:
        return int(value) if value.isdigit() else float(value)
    except ValueError:
        return None


_FORMS: tuple[tuple[re.Pattern[str], _Build], ...] = tuple(
    (re.compile(rf"(?:{pattern})(?!\S)"), build)
    for pattern, build in (
        (rf"{_LEVEL} (?P<value>\d)", _level("=")),
        (rf"{_LEVEL} (?P<value>\d) {_MORE}", _level(">=")),
        (rf"{_LEVEL} (?P<value>\d) {_LESS}", _level("<=")),
        (rf"{_LEVEL} {_AT_LEAST} (?P<value>\d)", _level(">=")),
        (rf"{_LEVEL} {_AT_MOST} (?P<value>\d)", _level("<=")),
        (rf"{_LEVEL} {_ABOVE} (?P<value>\d)", _level(">")),
        (rf"{_LEVEL} {_BELOW} (?P<value>\d)", _level("<")),
        (rf"{_LEVEL} = (?P<value>\d)", _level("=")),
        (rf"{_LEVEL} (?:from |between )?(?P<value>\d) (?:to|and) (?P<end>\d)", _level_span),
        (rf"(?:of )?{_VALUE} {_MORE}", _bound(Slot.AT_LEAST)),
        (rf"(?:of )?{_VALUE} {_LESS}", _bound(Slot.AT_MOST)),
        (rf"(?:is |of )?{_AT_LEAST} {_VALUE}", _bound(Slot.AT_LEAST)),
        (rf"(?:is |of )?{_AT_MOST} {_VALUE}", _bound(Slot.AT_MOST)),
        (rf"(?:is |of )?{_ABOVE} {_VALUE}", _bound(Slot.AT_LEAST, strictly=math.inf)),
        (rf"(?:is |of )?{_BELOW} {_VALUE}", _bound(Slot.AT_MOST, strictly=-math.inf)),
        (rf"(?P<word>top|first|last|latest|newest|most recent)? ?(?P<count>{NUMBER})", _limit),
        (rf"(?:with |at |to )?(?:a )?depth (?:of )?(?P<count>{NUMBER})", _depth),
        (rf"(?:up to |within )?(?P<count>{NUMBER}) (?:hops?|levels?)(?: deep)?", _depth),
        (rf'(?:where |with )?{_KEY} (?P<op>=|!=|<=|>=|<|>) (?P<value>"[^"]+"|\S+)', _key_value),
    )
)  # fmt: skip


def expression_at(text: str, at: int) -> tuple[int, Mention] | None:
    """Return the longest expression at this place of the text, with its end; or None."""
    found: tuple[int, Mention] | None = None
    for pattern, build in _FORMS:
        match = pattern.match(text, at)
        if match is None or (found and match.end() <= found[0]):
            continue
        mention = build(match)
        if mention is not None:
            found = match.end(), mention
    return found


def identifier_at(text: str, at: int, prefixes: frozenset[str]) -> tuple[int, Mention] | None:
    """Return the word at this place when it looks like a code, with its end; else None.

    A code is joined by hyphens, and has a digit or begins like a code of the estate.
    """
    match = _IDENTIFIER.match(text, at)
    if match is None or (match.end() < len(text) and text[match.end()] != " "):
        return None
    word = match[0]
    if word.partition("-")[0] in _PLACES:
        return None
    if not any(letter.isdigit() for letter in word) and word.partition("-")[0] not in prefixes:
        return None
    return match.end(), Mention(slot=Slot.CI, symbol="CI", value=word, is_known=False)


_RULE = re.compile(r'rule (?P<rule>"[^"]+"|[\w.-]*[\d-][\w.-]*)(?!\S)')


def rule_at(text: str, at: int) -> tuple[int, Mention] | None:
    """Return a rule named by something that looks like an id, with its end; or None."""
    match = _RULE.match(text, at)
    if match is None:
        return None
    return match.end(), Mention(slot=Slot.RULE, symbol="RULE", value=match["rule"].strip('"'))
