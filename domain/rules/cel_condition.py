"""Evaluating the CEL condition of a rule, with evidence of what it saw."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from domain.rules.cel_loops import has_endless_loops, loop_items

# Longer conditions, deeply nested, could exhaust the parser's stack.
_MOST_CHARACTERS = 4096
_LONGEST_REASON = 300
_LOOPS = (
    "the condition has a loop (all, exists, exists_one, map, filter) inside of another one;"
    " allowed: one over a part of the other's item, as in rows.all(row, row.tags.exists(tag, ...))"
)
MAPS = ("ci", "metric", "history")
_INDEXED = re.compile(r"""\[\s*(?:'(\w+)'|"(\w+)")\s*\]""")
_TEXT_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
_PATH = re.compile(rf"(?<![\w.])(?:{'|'.join(MAPS)})(?:\.\w+)*")


@dataclass(frozen=True, slots=True)
class Variable:
    """A value that a condition reads; `is_given` is False where its path leads nowhere."""

    name: str
    value: JsonValue
    is_given: bool


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of a condition; when nothing, `is_triggered` is None and `reason` says why."""

    is_triggered: bool | None
    reason: str | None
    variables: list[Variable]


class _ConditionError(ValueError):
    """A condition that cannot be evaluated; the message says why."""


def read_maps(condition: str) -> frozenset[str]:
    """Return which of the maps ci, metric and history a condition reads."""
    return frozenset(path.partition(".")[0] for path in _paths(condition))


def problem_of(condition: str) -> str | None:
    """Return why a condition cannot be evaluated, whatever it is given; else None."""
    import cel  # noqa: PLC0415 - as below

    try:
        read = {*cel.compile(condition).references()["variables"]}
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        return str(error).split("\n", 1)[0][:_LONGEST_REASON]
    if has_endless_loops(condition):
        return _LOOPS
    unknown = ", ".join(sorted(read - {*MAPS} - loop_items(condition)))
    return f"it reads {unknown}; allowed: {', '.join(MAPS)}" if unknown else None


def evaluate(condition: str, payload: Mapping[str, JsonValue]) -> Evaluation:
    """Return whether the condition holds for the payload, or why that cannot be said."""
    read = [_variable(path, payload) for path in _paths(condition)]
    variables = list({variable.name: variable for variable in read}.values())
    try:
        is_triggered = _run(condition, payload)
    except _ConditionError as error:
        return Evaluation(None, str(error), variables)
    return Evaluation(is_triggered, None, variables)


def _run(condition: str, payload: Mapping[str, JsonValue]) -> bool:
    if len(condition) > _MOST_CHARACTERS:
        message = f"condition has {len(condition)} characters; allowed: {_MOST_CHARACTERS}"
        raise _ConditionError(message)
    if has_endless_loops(condition):
        raise _ConditionError(_LOOPS)
    absent = sorted(read_maps(condition) - set(payload))
    if absent:
        message = f"the condition reads what is not given: {', '.join(absent)}"
        raise _ConditionError(message)
    value = _evaluated(condition, payload)
    if not isinstance(value, bool):
        message = f"the condition must be true or false, not {value!r}"[:_LONGEST_REASON]
        raise _ConditionError(message)
    return value


def _evaluated(condition: str, payload: Mapping[str, JsonValue]) -> object:
    import cel  # noqa: PLC0415 - with it comes a terminal of its own; few questions need it

    try:
        return cel.evaluate(condition, dict(payload))
    except KeyError as error:
        message = f"the condition reads a key that is not given: {error}"
        raise _ConditionError(message) from error
    except Exception as error:
        if "No such overload" in str(error):
            read = [_variable(path, payload) for path in _paths(condition)]
            raise _ConditionError(_mismatch(read)) from error
        raise _ConditionError(_in_words(error)) from error
    except BaseException as error:
        # The evaluator's own panic is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise _ConditionError(_in_words(error)) from error


def _mismatch(variables: Sequence[Variable]) -> str:
    """Say which values have types that the condition cannot put together."""
    shown = [f"{each.name} is {_shown(each.value)}" for each in variables]
    message = "the condition does not fit the types of what it reads"
    return ": ".join(filter(None, [message, ", ".join(shown)]))[:_LONGEST_REASON]


def _shown(value: JsonValue) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _in_words(error: BaseException) -> str:
    text = f"{type(error).__name__}: {error}".split("\n", 1)[0]
    return text[:_LONGEST_REASON]


def _paths(condition: str) -> Iterator[str]:
    """Yield the different paths that the condition names: `metric.value`, `ci.tags.role`."""
    dotted = _INDEXED.sub(lambda index: f".{index[1] or index[2]}", condition)
    yield from dict.fromkeys(_PATH.findall(_TEXT_LITERAL.sub(" ", dotted)))


def _variable(path: str, payload: Mapping[str, JsonValue]) -> Variable:
    """The value at the path, or before its last part where that is a method (`.matches`)."""
    value: JsonValue = dict(payload)
    walked: list[str] = []
    for part in path.split("."):
        if not isinstance(value, dict):
            break
        if part not in value:
            return Variable(path, None, is_given=False)
        value = value[part]
        walked.append(part)
    return Variable(".".join(walked), value, is_given=True)
