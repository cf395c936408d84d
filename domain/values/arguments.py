"""Arguments that callers from outside give: what cannot be taken is refused in words.

WrongArgument   a method was called with a value that it cannot take
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from logging import Logger, LoggerAdapter
from types import NoneType
from typing import Annotated, Any, Final, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError, ValidationInfo

from domain.errors import Refused
from domain.values.text import shown

_MOST: Final = 10**12
E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")


class WrongArgument(Refused, ValueError):
    """A method was called with a value that it cannot take; `allowed` says what it takes."""

    def __init__(self, value: object, *, name: str, allowed: str) -> None:
        self.name, self.value, self.allowed = name, value, allowed
        super().__init__(f"{name} must be {allowed}, not {shown(value)}")


def require(name: str, value: object, kinds: type | tuple[type, ...], allowed: str) -> None:
    """Raise `WrongArgument` for a value of another type; true and false are no numbers."""
    if type(value) is kinds:  # nearly always it is
        return
    if not isinstance(value, kinds) or isinstance(value, bool):
        raise WrongArgument(value, name=name, allowed=allowed)


def no_truth_as_number(model: type[BaseModel], value: object, info: ValidationInfo) -> object:
    """Return the value, for a pydantic field that pydantic would fill with 1 for true.

    For all fields of a model; what is checked at every run says `Whole` or `Number` instead, which
    costs only the fields that are numbers. Raises ValueError.
    """
    if isinstance(value, bool) and info.field_name is not None:
        kinds = _within(model.model_fields[info.field_name].annotation)
        if {int, float} & kinds and bool not in kinds:
            return _no_truth(value)
    return value


def _within(kind: object) -> set[object]:
    """Return a type with those of its union; `Annotated[int, ...] | None` has int within."""
    kinds = {kind, *get_args(kind)}
    return kinds | {each.__origin__ for each in kinds if hasattr(each, "__metadata__")}


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        msg = f"input should be a number, got {shown(value)}"
        raise ValueError(msg)  # noqa: TRY004 - what pydantic tells of
    return value


NO_TRUTH: Final = BeforeValidator(_no_truth)
"""What refuses true for a pydantic field that is a number; of one with limits, it comes last."""
Whole = Annotated[int, NO_TRUTH]
Number = Annotated[float, NO_TRUTH]


def require_count(name: str, value: object, *, none: str) -> None:
    """Raise `WrongArgument` for what is no whole number from 1; None would mean `none`."""
    if type(value) is int and 1 <= value <= _MOST:  # nearly always it is
        return
    allowed = f"a whole number from 1 to {_MOST}, or None for {none}"
    require(name, value, int, allowed)
    if not 1 <= value <= _MOST:  # type: ignore[operator]  # an int, as just required
        raise WrongArgument(value, name=name, allowed=allowed)


def require_logger(logger: object) -> None:
    """Raise `WrongArgument` for what is neither a logger nor None."""
    require("logger", logger, (Logger, LoggerAdapter, NoneType), "a Logger or None")


def require_function(name: str, value: object, allowed: str = "a function") -> None:
    """Raise `WrongArgument` for what cannot be called."""
    if not callable(value):
        raise WrongArgument(value, name=name, allowed=allowed)


def word_of(name: str, value: str, words: type[E]) -> E:
    """Return the word as a member of its enumeration. Raises `WrongArgument` for another one."""
    if type(value) is words:
        return value
    try:
        return words(value)
    except ValueError:
        raise WrongArgument(value, name=name, allowed=f"one of {', '.join(words)}") from None


def listed(name: str, value: object) -> list[Any]:
    """Return the value as a list, None as an empty one. Raises `WrongArgument`."""
    if type(value) is not list:
        require(name, value, (list, tuple, type(None)), "a list")
    return [*(value or ())]  # type: ignore[misc]  # as just required


def mapped(name: str, value: object) -> dict[str, Any]:
    """Return the value as an object, None as an empty one. Raises `WrongArgument`."""
    if type(value) is not dict:  # nearly always it is
        require(name, value, (Mapping, type(None)), "an object")
    if not value:
        return {}
    given: dict[str, Any] = {**value}  # type: ignore[dict-item]  # as just required
    if {*map(type, given)} != {str}:
        for key in given:
            require(f"each key of {name}", key, str, "a text")
    return given


def parsed(name: str, value: object, parse: Callable[[Any], V]) -> V:
    """Return what pydantic makes of the value. Raises `WrongArgument` that tells its rules."""
    try:
        return parse(value)
    except ValidationError as error:
        rules = {".".join(map(str, each["loc"])): each["msg"] for each in error.errors()}
        allowed = "; ".join(f"{place}: {rule}" for place, rule in rules.items())
        raise WrongArgument(value, name=name, allowed=f"right ({allowed})") from None
