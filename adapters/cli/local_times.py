"""What is shown, with its times in the zone of who reads."""

import dataclasses
import re
from datetime import UTC, tzinfo
from typing import Any, Final, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel

from domain.times import local_text

V = TypeVar("V")

_RECORDED: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?:Z|\+00:00)", re.ASCII
)
"""An instant as events and rows of the estate hold it, and nothing else."""


def in_zone(value: V, zone: tzinfo) -> V:
    """Return the value of a view with every instant in it in this zone."""
    return value if zone is UTC else cast("V", _local(value, zone))


def _local(value: Any, zone: tzinfo) -> Any:  # noqa: ANN401, PLR0911 - any part of a view
    match value:
        case str():
            return local_text(value, zone) if _RECORDED.fullmatch(value) else value
        case list() | tuple():
            parts = [_local(each, zone) for each in value]
            # A named tuple takes its parts one by one.
            return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
        case dict():
            return {name: _local(each, zone) for name, each in value.items()}
        case Struct():
            return replace(value, **_changed(value, value.__struct_fields__, zone))
        case BaseModel():
            return value.model_copy(update=_changed(value, tuple(type(value).model_fields), zone))
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            names = tuple(field.name for field in dataclasses.fields(value) if field.init)
            return dataclasses.replace(value, **_changed(value, names, zone))
        case _:
            return value


def _changed(value: object, names: tuple[str, ...], zone: tzinfo) -> dict[str, Any]:
    given = {name: getattr(value, name) for name in names}
    return {name: _local(each, zone) for name, each in given.items()}
