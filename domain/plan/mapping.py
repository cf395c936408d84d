"""Expressions such as `{primary.rows[0].ci_id}`, which take values from earlier results.

One grammar says which parameter comes from which earlier result.

{primary.rows[0].ci_id}          a value of a result; `data.` after the name may be left out
{primary.rows[*].ci_id}          a list: the value of each row (also written `.*`)
{peak[*].rows[*].ci_id}          of all calls that [each] made, in one list
{primary.rows[each].ci_id}       one call for the value of each row
{list.rows.length}               how many there are
{metric.value ?? 0}              a default (JSON) for a value that is missing or null
primary.data.rows.*.ci_id        the same without braces, when it begins with the name of a call
                                 of the plan
anything else                    a literal text
"""

import dataclasses
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Final

from pydantic import JsonValue

_NAME = r"[A-Za-z][A-Za-z0-9_-]*(?::[A-Za-z][A-Za-z0-9_-]*)?(?:@\w+)*"
_REFERENCE = re.compile(rf"^(?P<call>{_NAME})(?P<path>(?:[.\[].*)?)$")
_STEP = re.compile(
    r"\.(?P<key>[A-Za-z_][A-Za-z0-9_-]*)|\[(?P<index>\d+)\]|(?P<every>\[\*\]|\.\*)|(?P<each>\[each\])"
)
_BEGINS = re.compile(rf"^\s*(?:\{{\s*(?P<braced>{_NAME})|(?P<bare>{_NAME})(?=[.\[]))")
_MISSING: Final = object()

EVERY: Final = "*"
EACH: Final = "[each]"
LENGTH: Final = "length"
BEFORE: Final = "@before"
"""What follows the name of a call of a loop that is of the repetition before."""


class MappingError(ValueError):
    """A mapping expression that cannot be read or resolved.

    The message shows the expression and what is allowed; `field` says where the plan has it.
    """

    def __init__(self, message: str, *, field: str = "tool_dependencies") -> None:
        super().__init__(message)
        self.field = field


class WrongMapping(MappingError):
    """An expression that is not in the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        form = "{call.key[0].key}, [*] for every row, .length, and ?? for a default"
        super().__init__(f"{text!r} is not a mapping; expected a form like {form}")


class UnknownCall(MappingError):
    """An expression that names a call which the plan does not have."""

    def __init__(self, text: str, *, call_id: str, known: Collection[str]) -> None:
        self.text, self.call_id, self.known = text, call_id, sorted(known)
        calls = ", ".join(self.known)
        super().__init__(
            f"{text!r} reads from {call_id!r}, which is no call of the plan; calls: {calls}"
        )


class MissingValue(MappingError):
    """The result has nothing at this path and the expression gives no default."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} has no value in the result and no default (write `?? <json>`)")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class DataReference:
    """A path into the data of a call.

    Steps are keys, indices, EVERY, at most one EACH, and LENGTH; `default` is JSON text, or None
    without a default.
    """

    text: str
    call_id: str
    steps: tuple[str | int, ...]
    default: str | None

    @property
    def each_of(self) -> tuple[str | int, ...] | None:
        """The path of the list for whose values calls are made, or None."""
        return self.steps[: self.steps.index(EACH)] if EACH in self.steps else None

    def at(self, index: int) -> "DataReference":
        """Return the reference for one value of that list."""
        steps = tuple(index if step == EACH else step for step in self.steps)
        return dataclasses.replace(self, steps=steps)


def parse_mapping(text: str, *, known: Collection[str]) -> Literal | DataReference:
    """Return what the expression means among the known calls.

    Raises `WrongMapping`, `UnknownCall`.
    """
    stripped = text.strip()
    if stripped.startswith("{") and stripped.endswith("}"):
        return _parse_reference(text, stripped[1:-1].strip(), known=known)
    match = _REFERENCE.match(stripped)
    if match and match["path"] and match["call"] in known:
        return _parse_reference(text, stripped, known=known)
    return Literal(text)


def parse_reference(text: str, *, known: Collection[str]) -> DataReference:
    """Return the reference that the expression must be. Raises `WrongMapping`, `UnknownCall`."""
    parsed = parse_mapping(text, known=known)
    if isinstance(parsed, DataReference):
        return parsed
    match = _REFERENCE.match(text.strip())
    if match is None:
        raise WrongMapping(text)
    raise UnknownCall(text, call_id=match["call"], known=known)


def is_list(text: str, *, known: Collection[str]) -> bool:
    """Return whether the expression is the list of the values of all rows."""
    parsed = parse_mapping(text, known=known)
    return isinstance(parsed, DataReference) and EVERY in parsed.steps


def call_named_in(text: str) -> str:
    """Return the call that an expression begins with; a text that is none stands for itself."""
    match = _BEGINS.match(text)
    return text if match is None else match["braced"] or match["bare"]


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return the expression reading from another call, if it reads from one that is named."""
    match = _BEGINS.match(text)
    group = match.lastgroup if match else None
    if match is None or group is None or match[group] not in names:
        return text
    return text[: match.start(group)] + names[match[group]] + text[match.end(group) :]


def length_of(reference: DataReference, results: Mapping[str, JsonValue]) -> int:
    """Return for how many values a reference with EACH makes calls. Raises `MissingValue`."""
    values = _walk(results.get(reference.call_id), reference.each_of or ())
    if not isinstance(values, list):
        raise MissingValue(reference.text)
    return len(values)


def resolve_mapping(
    mapping: Literal | DataReference, results: Mapping[str, JsonValue]
) -> JsonValue:
    """Return the value, from the data of earlier calls by id. Raises `MissingValue`."""
    if isinstance(mapping, Literal):
        return mapping.text
    steps = mapping.steps
    value = _walk(results.get(mapping.call_id), steps)
    if isinstance(value, list) and steps[:1] == (EVERY,) and EVERY in steps[1:]:
        return [*chain.from_iterable(value)]
    if value is not _MISSING and value is not None:
        return value  # type: ignore[return-value]  # _walk returns JSON or the sentinel excluded here
    if mapping.default is None:
        raise MissingValue(mapping.text)
    default: JsonValue = json.loads(mapping.default)
    return default


def _parse_reference(text: str, inner: str, *, known: Collection[str]) -> DataReference:
    path, _, default = (part.strip() for part in inner.partition("??"))
    match = _REFERENCE.match(path)
    if match is None or (default and not _is_json(default)):
        raise WrongMapping(text)
    if match["call"] not in known:
        raise UnknownCall(text, call_id=match["call"], known=known)
    steps = _parse_steps(text, match["path"])
    if steps and steps[0] == "data":
        steps = steps[1:]
    return DataReference(text, match["call"], steps, default or None)


def _parse_steps(text: str, path: str) -> tuple[str | int, ...]:
    steps: list[str | int] = []
    at = 0
    while at < len(path):
        match = _STEP.match(path, at)
        if match is None:
            raise WrongMapping(text)
        steps.append(_step(match))
        at = match.end()
    if EACH in steps and (steps.count(EACH) > 1 or EVERY in steps[: steps.index(EACH)]):
        raise WrongMapping(text)
    return tuple(steps)


def _step(match: re.Match[str]) -> str | int:
    if match["every"]:
        return EVERY
    if match["each"]:
        return EACH
    return int(match["index"]) if match["index"] else match["key"]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _walk(value: object, steps: tuple[str | int, ...]) -> object:
    for at, step in enumerate(steps):
        if step == EVERY:
            return _every(value, steps[at + 1 :])
        value = _next(value, step)
        if value is _MISSING:
            return _MISSING
    return value


def _every(value: object, rest: tuple[str | int, ...]) -> object:
    if not isinstance(value, list):
        return _MISSING
    found = [_walk(item, rest) for item in value]
    return [item for item in found if item is not _MISSING and item is not None]


def _next(value: object, step: str | int) -> object:
    if isinstance(step, int):
        return value[step] if isinstance(value, list) and step < len(value) else _MISSING
    if step == LENGTH and isinstance(value, list):
        return len(value)
    return value.get(step, _MISSING) if isinstance(value, dict) else _MISSING
