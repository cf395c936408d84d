"""The patterns of a file that an operator names, checked: none may take long."""

import importlib
import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from domain.redaction.redaction import Pattern
from domain.tools.invalid_params import problems_of
from infrastructure.config import PREFIX, InvalidSetting
from infrastructure.settings import settings

_SETTING: Final = f"{PREFIX}REDACTION_FILE"
_WAYS: Final = 100_000
"""In so many ways the repeats of one pattern may match at a place."""

_MOST_BYTES: Final = 1 << 20
_ATOMIC: Final = {"POSSESSIVE_REPEAT", "ATOMIC_GROUP", "ASSERT", "ASSERT_NOT"}


class StoredPattern(BaseModel):
    """A pattern as a file has it; see `domain.redaction.redaction.Pattern`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{0,29}$")
    about: str = ""
    regex: str = Field(min_length=1, max_length=2000)
    hints: tuple[str, ...] = Field(min_length=1)
    keys: tuple[str, ...] = ()

    @field_validator("hints")
    @classmethod
    def _long_enough(cls, hints: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(hint) < 3 or hint != hint.lower() for hint in hints):  # noqa: PLR2004 - said below
            message = "a hint has 3 characters or more, in lower case"
            raise ValueError(message)
        return hints

    @field_validator("regex")
    @classmethod
    def _bounded(cls, regex: str) -> str:
        require_bounded(regex)
        return regex

    def pattern(self) -> Pattern:
        """Return the pattern."""
        return Pattern(**self.model_dump(exclude={"about"}))


class _PatternFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    pattern: tuple[StoredPattern, ...] = ()
    without: tuple[str, ...] = ()


def with_own(packaged: Sequence[Pattern]) -> list[Pattern]:
    """Return the packaged patterns that are wanted, and one's own. Raises `InvalidSetting`."""
    path = settings().redaction_file
    if path is None:
        return [*packaged]
    own = _read(path, {each.name for each in packaged})
    kept = [each for each in packaged if each.name not in own.without]
    return [*kept, *(each.pattern() for each in own.pattern)]


def require_bounded(regex: str) -> None:
    """Raise `ValueError` for a regex that may take more than linear time, or is none.

    Every repeat has an end, none that varies is inside another one, nothing refers back.
    """
    try:
        re.compile(regex)
        ways = _ways(importlib.import_module("re._parser").parse(regex))
    except re.error as error:
        message = f"it is no regular expression: {error}"
        raise ValueError(message) from error
    if ways > _WAYS:
        message = "its repeats can match in too many ways: give them smaller bounds"
        raise ValueError(message)


def _ways(parsed: Iterable[Any]) -> int:
    """Return in how many ways a parsed expression can match at one place, at most."""
    ways = 1
    for kind, given in parsed:
        if "GROUPREF" in str(kind):
            message = "it refers back to a group, which takes too long"
            raise ValueError(message)
        inside = _inside(given)
        within = sum(map(_ways, inside)) if inside else 1
        if "REPEAT" in str(kind):
            within = _ways_of_repeat(given[0], given[1], within, is_atomic=str(kind) in _ATOMIC)
        # What is atomic, such as {0,9}+, or only looks ahead, is not matched in another way later.
        ways *= 1 if str(kind) in _ATOMIC else within
    return ways


def _ways_of_repeat(least: int, most: int, within: int, *, is_atomic: bool) -> int:
    if "MAXREPEAT" in str(most):
        message = "a repeat without end: write {0,100} in place of *, {1,100} in place of +"
        raise ValueError(message)
    if most > 1 and within > 1 and not is_atomic:
        message = "a repeat that varies is inside another one"
        raise ValueError(message)
    return (most - least + 1) * within


def _inside(given: object) -> list[Any]:
    """Return the expressions in what the parser gives with an operation."""
    if hasattr(given, "getwidth"):
        return [given]
    parts = given if isinstance(given, tuple | list) else ()
    return [each for part in parts for each in _inside(part)]


def _read(path: Path, known: Collection[str]) -> _PatternFile:
    try:
        found = _PatternFile.model_validate(tomllib.loads(_text_in(path)))
    except (OSError, ValueError) as error:
        raise InvalidSetting(_SETTING, why=f"{path}: {_why(error)}") from error
    for name in found.without:
        if name not in known:
            why = f"{path}: there is no pattern {name!r}; patterns: {', '.join(sorted(known))}"
            raise InvalidSetting(_SETTING, why=why)
    return found


def _text_in(path: Path) -> str:
    """Return the text of a regular file of a bounded size. Raises `ValueError`, `OSError`."""
    if path.exists() and not path.is_file() and not path.is_dir():
        message = "it is no regular file"
        raise ValueError(message)
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        message = f"it has more than {_MOST_BYTES:,} bytes"
        raise ValueError(message)
    return content.decode()


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, ValidationError):
        field, _, why = problems_of(error)[0]
        return f"{field}: {why}"
    return str(error.strerror if isinstance(error, OSError) else error)
