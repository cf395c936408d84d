"""The root of what is stored: frozen structs, checked when stored text is read, not when made."""

from functools import reduce
from operator import or_
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import ConfigDict, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, core_schema


class Fact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A value with a shape of its own that events store.

    Our own code makes it unchecked: types are mypy's work. It is checked where it comes from
    outside: by msgspec when stored text is read, by pydantic when people or programs hand it in.
    As it holds nothing that holds it, the garbage collector does not go over it (`gc`).
    """

    @classmethod
    def __get_pydantic_core_schema__(
        cls, _source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let pydantic models, which are for the borders, have facts as fields."""

        def made(given: Any, check: core_schema.ValidatorFunctionWrapHandler) -> Fact:  # noqa: ANN401 - whatever is handed in
            if isinstance(given, cls):
                return given
            checked = check(given)
            return cls(**{name: getattr(checked, name) for name in checked.model_fields_set})

        return core_schema.no_info_wrap_validator_function(
            made,
            handler.generate_schema(_checked_shape(cls)),
            serialization=core_schema.plain_serializer_function_ser_schema(msgspec.to_builtins),
        )


def _checked_shape(kind: type[Fact]) -> type[Any]:
    """Return the pydantic model of the same fields."""
    hints = get_type_hints(kind, include_extras=True)
    fields: dict[str, Any] = {
        field.name: (_set(hints[field.name]), ... if field.required else _default(field))
        for field in msgspec.structs.fields(kind)
    }
    is_strict = kind.__struct_config__.forbid_unknown_fields
    config = ConfigDict(extra="forbid" if is_strict else "ignore")
    model: type[Any] = create_model(
        kind.__name__, __config__=config, __doc__=kind.__doc__, **fields
    )
    return model


def _set(kind: Any) -> Any:  # noqa: ANN401 - any annotation
    """Return the annotation without the mark of fields that are not stored unless they are set."""
    if UnsetType not in get_args(kind):
        return kind
    return reduce(or_, (each for each in get_args(kind) if each is not UnsetType))


def _default(field: msgspec.structs.FieldInfo) -> Any:  # noqa: ANN401 - as the field has it
    if field.default is UNSET:
        return None
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()
