"""Plain JSON that says of which type it is."""

from typing import Any

from pydantic import GetPydanticSchema, TypeAdapter


def plain_json_of(kind: Any) -> GetPydanticSchema:  # noqa: ANN401 - whatever pydantic knows
    """Return the annotation of plain JSON that was made from values of a type.

    The code has the JSON, and reads it back as it stands; the JSON Schema of what holds it has the
    schema of the type.
    """
    return GetPydanticSchema(
        lambda plain, handler: handler(plain),
        lambda _plain, handler: handler(TypeAdapter(kind).core_schema),
    )
