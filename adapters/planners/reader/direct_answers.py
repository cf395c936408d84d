"""Answers that need no plan: to small talk, and to requests that are refused.

Refused are questions for secrets, and requests for anything but reading. What is said of them
stands in the file of talk of the language.
"""

import re
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FILE: Final = Path(__file__).with_name("talk") / "en.toml"
_TALK: Final = tomllib.loads(_FILE.read_text("utf-8"))


def _any_of(table: str, name: str) -> str:
    """Return a pattern for one of the phrases of a table."""
    return f"(?:{'|'.join(map(re.escape, _TALK[table][name].split('|')))})"


_GREETING: Final = rf"{_any_of('polite', 'greetings')}(?: {_any_of('polite', 'greeted')})?"
_THANKS: Final = rf"{_any_of('polite', 'thanks')}(?: {_any_of('polite', 'so_much')})?"
_PLEASE, _AND = _any_of("polite", "please"), _any_of("polite", "joint")
_ANSWERS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(_GREETING), _TALK["answers"]["greetings"]),
    (re.compile(_THANKS), _TALK["answers"]["thanks"]),
    *(
        (re.compile("|".join(map(re.escape, each["said"].split("|")))), each["answer"])
        for each in _TALK["talks"]
    ),
)
_POLITE: Final = re.compile(
    rf"^(?:{_GREETING}|{_PLEASE})(?: {_AND})? (?=.)|(?<=.) (?:{_PLEASE}|(?:{_AND} )?{_THANKS})$"
)
_SECRETS: Final = re.compile(
    rf"(?<!\S)(?:{_any_of('secrets', 'nouns')}"
    rf"|{_any_of('secrets', 'before_key')}[ -_]{_any_of('secrets', 'key')})s?(?!\S)"
)
_VERBS: Final = _any_of("orders", "verbs")
_ORDER: Final = re.compile(
    rf"(?:^|\b{_any_of('orders', 'asking')} )(?:{_any_of('orders', 'softly')} )*(?P<verb>{_VERBS})"
    rf"(?= (?!{_any_of('orders', 'no_object')}(?!\S))|$)"
    rf"|\b{_any_of('orders', 'further')} (?:{_any_of('orders', 'softly')} )*"
    rf"(?P<second>{_VERBS}) (?:{_any_of('orders', 'objects')}|[a-z]+-)"
)
_ALWAYS_ORDER: Final = re.compile(rf"{_any_of('orders', 'always')}$")


def small_talk(text: str) -> str | None:
    """Return the answer when the whole text is small talk, else None."""
    for pattern, answer in _ANSWERS:
        if pattern.fullmatch(text) or pattern.fullmatch(without_politeness(text)):
            return answer
    return None


def without_politeness(text: str) -> str:
    """Return the text without a greeting before it and thanks after it."""
    return _POLITE.sub("", text)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is refused, and the policy behind that."""

    policy: str
    reason: str


def refusal(text: str, *, items: Container[str]) -> Refusal | None:
    """Return why the request is refused, or None. An item's code or name gives no reason."""
    secret = next((m[0] for m in _SECRETS.finditer(text) if m[0] not in items), None)
    if secret is not None:
        reason = f"Questions for {secret} are refused: opstrail shows no secrets."
        return Refusal("secrets", reason)
    order = _ORDER.search(text) or _order_on_history(text)
    if order is not None:
        verb = order.groupdict().get("second") or order["verb"]
        reason = (
            f"The request to {verb} something is refused: opstrail only reads and changes nothing."
        )
        return Refusal("read_only", reason)
    return None


def _order_on_history(text: str) -> re.Match[str] | None:
    """Return the order in "delete events"; "install events" in contrast are a kind of events."""
    match = re.match(rf"(?:{_PLEASE} )?(?P<verb>{_VERBS}) (?P<rest>.*)", text)
    return match if match and _ALWAYS_ORDER.match(match["verb"]) else None
