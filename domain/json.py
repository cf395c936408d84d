"""JSON values, and readers of JSON whose shape is not certain.

To the readers, what is not as expected counts as absent.
"""

from typing import Annotated, Any

from pydantic import GetPydanticSchema, JsonValue, WrapValidator

JsonMap = dict[str, JsonValue]
"""A JSON object."""
Cell = str | int | float | bool | None
"""A JSON value without parts: what one cell of a table shows."""


def as_map(value: JsonValue) -> JsonMap:
    """Return the object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: JsonValue) -> list[JsonValue]:
    """Return the list, else an empty one."""
    return value if isinstance(value, list) else []


def as_maps(value: JsonValue) -> list[JsonMap]:
    """Return the objects of a list."""
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, dict)]


def as_texts(value: JsonValue) -> list[str]:
    """Return the texts of a list."""
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, str)]


def as_text(value: JsonValue) -> str:
    """Return the value as text; null as no text."""
    return "" if value is None else str(value)


def as_count(value: JsonValue) -> int:
    """Return the whole number, else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def as_number(value: JsonValue) -> int | float | None:
    """Return the number, else None."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def plain_json_of(kind: Any) -> GetPydanticSchema:  # noqa: ANN401 - whatever pydantic knows
    """Return the annotation of plain JSON that was made from values of a type.

    The code has the JSON, and reads it back as it is: it may have been made by an older opstrail.
    The JSON Schema of what holds it has the schema of the type.
    """
    as_it_is = Annotated[kind, WrapValidator(lambda plain, _check: plain)]
    return GetPydanticSchema(lambda _plain, handler: handler(as_it_is))
