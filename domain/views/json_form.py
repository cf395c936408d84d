"""The one JSON form of views: every face shows it, and every client reads it back."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from msgspec import to_builtins
from pydantic import JsonValue, TypeAdapter

from domain.json import JsonMap

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class View(Generic[V]):
    """A shape that faces show, by the name of its JSON Schema.

    What is read back from the JSON of a value equals the value: a field's type says all that there
    is to it (tuples, sets of words, times as text).
    """

    name: str
    kind: Any

    def to_json(self, value: V) -> JsonValue:
        """Return the value as plain JSON."""
        plain: JsonValue = _adapter(object).dump_python(value, mode="json", fallback=to_builtins)
        return plain

    def from_json(self, plain: JsonValue) -> V:
        """Return the value that the JSON is of. Raises `ValidationError` when it is of none."""
        value: V = _adapter(self.kind).validate_python(plain)
        return value

    def schema(self) -> JsonMap:
        """Return the JSON Schema of the JSON form."""
        return _adapter(self.kind).json_schema(mode="serialization")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - whatever pydantic knows
    return TypeAdapter(kind)
