"""What is shown, with its times in the zone of who reads."""

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, tzinfo
from typing import Any, Final, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from domain.times import local_text
from domain.views.record import EnvelopeLine

V = TypeVar("V")

_RECORDED: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII
)
"""An instant as events and rows of the estate hold it, and nothing else."""


def in_zone(value: V, zone: tzinfo, told: Callable[[str], str] = str) -> V:
    """Return the value of a view with every instant in it in this zone, other texts as `told`.

    What is stored of an event stays.
    """

    def shown(text: str) -> str:
        return local_text(text, zone) if _RECORDED.fullmatch(text) else told(text)

    return value if zone is UTC and told is str else cast("V", _local(value, shown))


def _local(value: Any, shown: Callable[[str], str]) -> Any:  # noqa: ANN401, PLR0911 - any part of a view
    match value:
        case str():
            return shown(value)
        case list() | tuple():
            parts = [_local(each, shown) for each in value]
            # A named tuple takes its parts one by one.
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        case dict():
            return {name: _local(each, shown) for name, each in value.items()}
        case Struct():
            return replace(value, **_changed(value, value.__struct_fields__, shown))
        case BaseModel():
            stored = {"data"} if isinstance(value, EnvelopeLine) else set[str]()
            names = tuple(name for name in type(value).model_fields if name not in stored)
            return value.model_copy(update=_changed(value, names, shown))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = tuple(field.name for field in dataclasses.fields(value) if field.init)
            return dataclasses.replace(value, **_changed(value, names, shown))
        case _:
            return value


def _changed(value: object, names: tuple[str, ...], shown: Callable[[str], str]) -> dict[str, Any]:
    given = {name: getattr(value, name) for name in names}
    return {name: _local(each, shown) for name, each in given.items()}
