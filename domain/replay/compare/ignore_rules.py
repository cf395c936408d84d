"""What a comparison leaves out: patterns of JSON pointers, for all tools or for one."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from domain.errors import Refused
from domain.replay.compare.json_difference import unescaped

_Tail = tuple[str, ...]
_VALUES: Final = re.compile(r"/(?:params|data|(?:blocks|references)/\d+)/(.+)")
"""The place of a params, result, block or reference in an event, and the place in that."""


class InvalidPattern(Refused):
    """A pattern of what to ignore has not the form of one."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        super().__init__(
            f"{pattern!r} is no pattern of what to ignore; give a JSON pointer such as /window or "
            "/rows/*/time (* is one key or index, ** any number), or one of a single tool, "
            "such as metric:/rows/*/time"
        )


@dataclass(frozen=True, slots=True)
class IgnoreRule:
    """A pattern for the params and results of one tool; without a tool, for every value."""

    tool: str | None
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """What is left out of each compared value: params, result, block or reference."""

    rules: tuple[IgnoreRule, ...] = ()

    def kept(self, value: Any, *, tool: str | None = None) -> Any:  # noqa: ANN401 - any JSON
        """Return the value without what is ignored: of a tool, or of what belongs to no tool."""
        tails = [rule.path for rule in self.rules if rule.tool in {None, tool}]
        return _kept(value, tails) if tails else value

    def ignored(self, tool: str | None) -> Callable[[str], bool]:
        """Return what says whether a place of an event is ignored, by its JSON pointer."""
        tails = [rule.path for rule in self.rules if rule.tool in {None, tool}]

        def is_ignored(pointer: str) -> bool:
            found = _VALUES.fullmatch(pointer) if tails else None
            return found is not None and _is_reached(found[1].split("/"), tails)

        return is_ignored


NO_RULES: Final = IgnoreRules()


def parse_ignore_rules(patterns: Iterable[str]) -> IgnoreRules:
    """Return the rules of patterns such as "/window" and "metric:/rows/*/time".

    Raises `InvalidPattern`.
    """
    return IgnoreRules(tuple(_rule(pattern) for pattern in patterns))


def _rule(pattern: str) -> IgnoreRule:
    tool, slash, pointer = pattern.partition("/")
    if not slash or not pointer or (tool and not tool[:-1]) or (tool and tool[-1] != ":"):
        raise InvalidPattern(pattern)
    return IgnoreRule(tool[:-1] or None, tuple(map(unescaped, pointer.split("/"))))


def _kept(value: Any, tails: Sequence[_Tail]) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        return {key: _kept(each, rest) for key, each, rest in _children(value.items(), tails)}
    if isinstance(value, list):
        return [_kept(each, rest) for _, each, rest in _children(enumerate(value), tails)]
    return value


def _children(
    items: Iterable[tuple[object, Any]], tails: Sequence[_Tail]
) -> Iterator[tuple[Any, Any, list[_Tail]]]:
    """Yield the children that no pattern ends at, with what is left of the patterns below."""
    for key, child in items:
        rest = [left for tail in tails for left in _advanced(tail, str(key))]
        if () not in rest:
            yield key, child, rest


def _is_reached(tokens: Iterable[str], tails: Sequence[_Tail]) -> bool:
    """Return whether a pattern ends at one of the places on the way down."""
    for token in map(unescaped, tokens):
        tails = [left for tail in tails for left in _advanced(tail, token)]
        if () in tails:
            return True
    return False


def _advanced(tail: _Tail, key: str) -> Iterator[_Tail]:
    """Yield what is left of a pattern below this key; nothing is left where it ends here."""
    first, rest = tail[0], tail[1:]
    if first == "**":
        yield tail
        if not rest:
            yield ()
            return
        yield from _advanced(rest, key)
    elif fnmatchcase(key, first):
        yield rest
