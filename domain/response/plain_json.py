"""Plain JSON that says of which type it is."""

from typing import Annotated, Any

from pydantic import GetPydanticSchema, WrapValidator


def plain_json_of(kind: Any) -> GetPydanticSchema:  # noqa: ANN401 - whatever pydantic knows
    """Return the annotation of plain JSON that was made from values of a type.

    The code has the JSON, and reads it back as it is: it may have been made by an older opstrail.
    The JSON Schema of what holds it has the schema of the type.
    """
    as_it_is = Annotated[kind, WrapValidator(lambda plain, _check: plain)]
    return GetPydanticSchema(lambda _plain, handler: handler(as_it_is))
