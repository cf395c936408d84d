"""Random events: of every type, with few ids and stages, so that they often belong together."""

import builtins
import types
import typing
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, get_args, get_origin

from hypothesis import strategies as st
from msgspec import UNSET, Meta, Struct, UnsetType
from pydantic import JsonValue

from domain.json import JsonMap
from domain.run.commands import (
    AnnotateRun,
    ApproveCall,
    BreakGolden,
    CancelRun,
    Command,
    DenyCall,
    FlagRun,
    PinGolden,
    RecoverRun,
    ReportProgress,
    RequestRun,
    ResumeRun,
    UnpinGolden,
)
from domain.run.events import RunEvent
from domain.run.facts import Flag, Origin
from domain.run.lifecycle import Stage

TEXT: Final = st.text(st.characters(codec="utf-8"), max_size=8)
_NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
JSON: Final[st.SearchStrategy[JsonValue]] = st.recursive(
    st.none() | st.booleans() | _NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=4,
)
MAPS: Final[st.SearchStrategy[JsonMap]] = st.dictionaries(TEXT, JSON, max_size=3)
_STAGES = st.sampled_from(Stage)
_CALLS = st.sampled_from(["a", "b"])
_NAMES = st.sampled_from(["daily", "weekly"])
_LABELS = st.sampled_from(["l1", "l2"])
_CALL_LISTS = st.lists(_CALLS, max_size=2)
_NAMED: Final[dict[str, st.SearchStrategy[Any]]] = {
    "attempt": st.sampled_from([1, 1, 1, 2, 3]),
    "call_id": _CALLS,
    "data": JSON,
    "digest": st.sampled_from(["0" * 64, "1" * 64]),
    "duration_ms": st.floats(0, 1e6),
    "label": _LABELS,
    "name": _NAMES,
    "reused_calls": _CALL_LISTS,
    "payload": st.none(),
    "origin": st.just(Origin()),
}
"""Fields of whichever event whose values are chosen so that events often belong together."""


def fields_of(model: type[Struct]) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(model, include_extras=True)
    values = {
        name: _NAMED[name] if name in _NAMED else _values_of(hints[name])
        for name in model.__struct_fields__
    }
    return st.builds(model, **values)


def _values_of(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """Return values of a field; maps and lists are small."""
    match get_origin(kind), get_args(kind):
        case typing.Annotated, (inner, *limits):
            return _within(inner, limits)
        case builtins.list, (inner,):
            return st.lists(_values_of(inner), max_size=2)
        case builtins.dict, (_, inner):
            return st.dictionaries(TEXT, _values_of(inner), max_size=3)
        case ((types.UnionType | typing.Union), inner):
            return st.one_of(*map(_values_of, inner))
        case typing.Literal, words:
            return st.sampled_from(words)
        case _:
            return _values_of_class(kind)


def _values_of_class(kind: Any) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    if isinstance(kind, type) and issubclass(kind, Struct):
        return fields_of(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return st.sampled_from(kind)
    return _PLAIN.get(kind, JSON)


_PLAIN: Final[dict[Any, st.SearchStrategy[Any]]] = {
    str: TEXT,
    int: st.integers(0, 9),
    float: st.floats(0, 1),
    bool: st.booleans(),
    type(None): st.none(),
    UnsetType: st.just(UNSET),
}


def _within(kind: Any, limits: Sequence[Any]) -> st.SearchStrategy[Any]:  # noqa: ANN401 - any annotation
    """Return whole numbers within the limits of a field, and JSON for all that is no number."""
    if kind is not int:
        return JSON
    meta = next(limit for limit in limits if isinstance(limit, Meta))
    low, high = int(meta.ge or 0), int(meta.le or 9)
    return st.integers(low, max(low, high))


EVENTS: Final[st.SearchStrategy[RunEvent]] = st.one_of(*map(fields_of, get_args(RunEvent)))
"""Events of every type that a run can have, new ones, too."""

COMMANDS: Final[st.SearchStrategy[Command]] = st.one_of(
    EVENTS.map(ReportProgress),
    st.builds(CancelRun, why=TEXT),
    st.builds(RequestRun, question=TEXT),
    st.builds(ResumeRun, from_stage=_STAGES, why=TEXT, reused_calls=_CALL_LISTS.map(tuple)),
    st.builds(
        RecoverRun,
        lost_worker=st.none() | TEXT,
        from_stage=_STAGES,
        reused_calls=_CALL_LISTS.map(tuple),
    ),
    st.builds(ApproveCall, call_id=_CALLS, label=_LABELS, reason=TEXT),
    st.builds(DenyCall, call_id=_CALLS, label=_LABELS, reason=TEXT),
)
NOTES: Final[st.SearchStrategy[Command]] = st.one_of(
    st.builds(AnnotateRun, text=TEXT),
    st.builds(PinGolden, name=_NAMES, thresholds=MAPS),
    st.builds(UnpinGolden, name=_NAMES),
    st.builds(BreakGolden, _NAMES, TEXT, st.lists(TEXT).map(tuple)),
    st.builds(FlagRun, verdict=st.sampled_from(get_args(Flag)), note=st.none() | TEXT),
)
"""What may be asked of any run, a finished one too."""
