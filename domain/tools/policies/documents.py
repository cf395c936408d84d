"""Checking a policy document: what contradicts itself, or names what is not there, is refused."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from pydantic import ValidationError

from domain.errors import Refused
from domain.figures import whole_sum
from domain.tools.catalogue import KnownTools
from domain.tools.invalid_params import problems_of
from domain.tools.policies.policy import (
    BUILT_IN,
    EVERY_TOOL,
    Explained,
    Policies,
    PolicyDocument,
    stated,
)
from domain.values.effect import Effect
from domain.values.text import shown

_Problem = tuple[str, str]
"""A dotted path into the document; and what is wrong with which value, and what is allowed."""

_AT_MOST: Final = (
    ("retry_backoff_ms", "timeout_ms"),
    ("retry_backoff_ms", "retry_max_backoff_ms"),
    ("rate_limit_per_second", "rate_limit_per_minute"),
)
"""Fields that may not be more than another one."""

_ONLY_OF: Final = {
    "approval": ({Effect.IDEMPOTENT, Effect.EFFECT}, "it only reads; allowed: never"),
    "cache_ttl_seconds": ({Effect.READ}, "it does not only read; allowed: null"),
    "max_retries": ({Effect.READ, Effect.IDEMPOTENT}, "an effect is not repeated; allowed: 0"),
}
"""Of which effect an operation must be for a field to be stated, and what is to be said else."""


class InvalidPolicies(Refused):
    """A policy document contradicts itself, or names what is not there."""

    def __init__(self, problems: Sequence[_Problem]) -> None:
        """Keep the facts: per problem the field, and what is allowed with the value given."""
        self.problems = list(problems)
        super().__init__("; ".join(f"{field}: {sentence}" for field, sentence in self.problems))


def checked_document(given: object, tools: KnownTools) -> PolicyDocument:
    """Return the document that plain JSON is, for these tools. Raises `InvalidPolicies`."""
    try:
        document = PolicyDocument.model_validate(given)
    except ValidationError as error:
        raise InvalidPolicies([(at, said) for at, _, said in problems_of(error)]) from error
    found = dict.fromkeys(_problems(document, tools))
    if found:
        raise InvalidPolicies([*found])
    return document


def _problems(document: PolicyDocument, tools: KnownTools) -> Iterator[_Problem]:
    yield from _phases(document)
    for key in document.tools:
        yield from _entry(key, document, tools)
    for tool, operation, _ in _operations(tools):
        explained = _explained(document, tools, tool, operation)
        for field, limit in _AT_MOST:
            yield from _more_than(explained, field, limit)
        yield from _fallback(document, tools, tool, operation)


def _phases(document: PolicyDocument) -> Iterator[_Problem]:
    phases = {name: ms for name, ms in stated(document.timeouts).items() if name != "run_ms"}
    whole, run_ms = whole_sum(phases.values()), document.timeouts.run_ms
    if whole > run_ms:
        names = " + ".join(sorted(phases))
        yield "timeouts", f"{names} is {whole}, more than run_ms; allowed: at most {run_ms}"


def _entry(key: str, document: PolicyDocument, tools: KnownTools) -> Iterator[_Problem]:
    effects: dict[str, set[Effect]] = {
        EVERY_TOOL: set(),
        **{name: set() for name in tools.get_available_tools()},
    }
    for tool, operation, effect in _operations(tools):
        for name in (EVERY_TOOL, tool, f"{tool}.{operation}"):
            effects.setdefault(name, set()).add(effect)
    if key not in effects:
        yield f"tools.{key}", f"there is no tool or operation {shown(key)}{_near(key, effects)}"
        return
    for field, (wanted, why) in _ONLY_OF.items():
        value = stated(document.tools[key]).get(field)
        if value not in {None, 0, "never"} and effects[key].isdisjoint(wanted):
            yield f"tools.{key}.{field}", f"{shown(value)} is not possible: {why}"


def _explained(
    document: PolicyDocument, tools: KnownTools, tool: str, operation: str
) -> Explained:
    known = tools.get_tool(tool)
    effect = known.operations[operation].effect
    return Policies(document).explained(tool, known.tool_type, operation, effect)


def _fallback(
    document: PolicyDocument, tools: KnownTools, tool: str, operation: str
) -> Iterator[_Problem]:
    fallback, origin = _explained(document, tools, tool, operation)["fallback"]
    path, way = f"tools.{origin}.fallback", [tool]
    while fallback is not None:
        if (why := _why_not(fallback, way, operation, tools)) is not None:
            yield path, why
            return
        way.append(fallback)
        fallback, _ = _explained(document, tools, fallback, operation)["fallback"]


def _why_not(fallback: str, way: Sequence[str], operation: str, tools: KnownTools) -> str | None:
    """Return why a tool cannot be asked where those on the way have failed."""
    if not tools.is_registered(fallback):
        return f"there is no tool {shown(fallback)}{_near(fallback, tools.get_available_tools())}"
    if fallback in way:
        return f"{' -> '.join((*way, fallback))} comes back; allowed: a tool that does not"
    declared = tools.get_tool(fallback).operations.get(operation)
    if declared is None:
        allowed = f"allowed: a tool that has it, or a policy of {way[0]}.OPERATION"
        return f"{shown(fallback)} has no operation {operation!r}; {allowed}"
    if declared.effect is Effect.EFFECT:
        return f"{fallback}.{operation} has an effect; only a plan may ask for one"
    return None


def _more_than(explained: Explained, field: str, limit: str) -> Iterator[_Problem]:
    (value, origin), (most, limited_by) = explained[field], explained[limit]
    # What is built in gives way to a shorter time-out that somebody states.
    gives_way = limit == "timeout_ms" and origin == BUILT_IN
    if None in {value, most} or value <= most or gives_way:
        return
    named, by = (limit, limited_by) if origin == BUILT_IN else (field, origin)
    said = f"{field} {value} ({origin}) is more than {limit} {most} ({limited_by})"
    yield f"tools.{by}.{named}", f"{said}; allowed: {field} of at most {most}"


def _operations(tools: KnownTools) -> Iterator[tuple[str, str, Effect]]:
    for name, tool in tools.get_available_tools().items():
        for operation, declared in tool.operations.items():
            yield name, operation, declared.effect


def _near(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, names := sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(names)}"
