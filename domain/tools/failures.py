"""Why tool calls do not succeed."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import JsonValue


class ToolErrorCode(StrEnum):
    """Why a tool call did not succeed."""

    POLICY_DENY = "POLICY_DENY"
    RATE_LIMITED = "RATE_LIMITED"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    TOOL_TIMEOUT = "TOOL_TIMEOUT"
    TOOL_BAD_REQUEST = "TOOL_BAD_REQUEST"
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    INTERNAL_ERROR = "INTERNAL_ERROR"
    PLAN_INVALID = "PLAN_INVALID"
    PLAN_TIMEOUT = "PLAN_TIMEOUT"
    EXECUTE_TIMEOUT = "EXECUTE_TIMEOUT"
    COMPOSE_TIMEOUT = "COMPOSE_TIMEOUT"
    SQL_BLOCKED = "SQL_BLOCKED"
    TENANT_MISMATCH = "TENANT_MISMATCH"
    AUTH_FAILED = "AUTH_FAILED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    DATA_NOT_FOUND = "DATA_NOT_FOUND"
    AMBIGUOUS_CI = "AMBIGUOUS_CI"
    INVALID_PARAMS = "INVALID_PARAMS"
    MAX_ROWS_EXCEEDED = "MAX_ROWS_EXCEEDED"


class ToolFailure(Exception):
    """Raised by an operation that cannot answer, for a reason that the caller should read.

    It becomes a failed `ToolResult` with this code and these details.
    """

    def __init__(
        self, code: ToolErrorCode, message: str, *, details: Mapping[str, JsonValue] | None = None
    ) -> None:
        """Keep the code and the details; `details` must be plain JSON."""
        self.code = code
        self.details = dict(details or {})
        super().__init__(message)
