"""The fields that a filter of the operator log knows; each is one of `OperatorActed`."""

from collections.abc import Mapping
from typing import Final

from domain.identity.principal import PrincipalKind
from domain.run_filter.fields import Field, Kind

AUDIT_FIELDS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        Field(name="at", kind=Kind.INSTANT, about="when it was asked"),
        Field(name="operation", kind=Kind.TEXT, about="what was asked, such as run.cancel"),
        Field(name="principal", kind=Kind.TEXT, about="who asked"),
        Field(
            name="kind", kind=Kind.WORD, words=tuple(PrincipalKind), about="what kind of principal"
        ),
        Field(name="outcome", kind=Kind.TEXT, about="allowed, or the code of the denial"),
        Field(name="face", kind=Kind.TEXT, about="by which face: cli or http"),
        Field(name="key_id", kind=Kind.TEXT, is_optional=True, about="by which key"),
        Field(name="address", kind=Kind.TEXT, is_optional=True, about="from which address"),
        Field(name="request_id", kind=Kind.TEXT, is_optional=True, about="the id of the request"),
        Field(name="target", kind=Kind.TEXT, is_optional=True, about="what it was about"),
        Field(name="reason", kind=Kind.TEXT, is_optional=True, about="why, where they said it"),
        Field(name="error", kind=Kind.TEXT, is_optional=True, about="the error it ended with"),
    )
}
"""The fields by name."""
