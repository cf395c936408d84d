"""Calls that need secrets: their values are there while the tool runs, and not in its answer."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, cast

from domain.redaction.redaction import NOTHING, Redaction
from domain.redaction.secrets import OpenedSecrets, Secrets
from domain.tools.contracts import ToolErrorCode, ToolResult


class _NoSecrets:
    """Knows none; see `Secrets`."""

    def value(self, _name: str) -> None:
        """See `Secrets`."""

    def places(self, _name: str) -> str:
        """See `Secrets`."""
        return "this opstrail knows none"


@dataclass(frozen=True, slots=True)
class Confidential:
    """What calls are kept confidential with: where secrets are, and what is removed of answers."""

    secrets: Secrets
    redaction: Redaction

    def opened(self, params: Mapping[str, Any]) -> OpenedSecrets:
        """Return the params with the values of the secrets that they name.

        Raises `UnknownSecret`.
        """
        return OpenedSecrets(params, self.secrets)

    def answer(self, result: ToolResult) -> ToolResult:
        """Return the answer of a call that is no run, without what would not be recorded."""
        names = ("data", "references", "warnings", "error", "log")
        texts: list[Any] = [getattr(result, name) for name in names]
        clean = cast("list[Any]", self.redaction.of_json(texts).value)
        return replace(result, **dict(zip(names, clean, strict=True)))


OPEN: Final = Confidential(_NoSecrets(), NOTHING)
"""Knows no secrets, and removes nothing."""


def without_values(result: ToolResult, opened: OpenedSecrets) -> ToolResult:
    """Return what a tool answered without the values of the secrets that it was given."""
    if not opened:
        return result
    plain: Any = {each.name: getattr(result, each.name) for each in fields(result)}
    closed = cast("dict[str, Any]", opened.closed(plain))
    return ToolResult(**closed | {"error_code": result.error_code})


def not_made(error: Exception) -> ToolResult:
    """Return the result of a call that was not made, for it names a secret that is not there."""
    return ToolResult(success=False, error=str(error), error_code=ToolErrorCode.INVALID_PARAMS)
