"""The reference page on the policies of tools, made from their models."""

import json
from typing import Final

from docs.pages import fields, page, table
from domain.tools.policies.policy import DEFAULTS, PhaseTimeouts, ToolPolicy

_EXAMPLE: Final = """```json
{
  "timeouts": {"execute_ms": 120000},
  "tools": {
    "*": {"max_retries": 1, "approval": "required"},
    "sql": {"rate_limit_per_minute": 60, "cache_ttl_seconds": 300},
    "ci.search": {"timeout_ms": 5000, "fallback": "cmdb"}
  }
}
```"""


def policies_page() -> str:
    """Return the page."""
    columns = ("field", "type", "default", "meaning")
    return page(
        "Policies of tools",
        "How long, how often and how much of each tool may be asked. What is built in goes by the"
        " type of the tool; a tenant's policy document changes fields of it for all tools (`*`),"
        " for a tool, and for an operation, and the later of these wins, field by field."
        " `opstrail tool describe NAME` shows the value in effect of each field, and where it"
        " comes from.",
        _EXAMPLE,
        "## Fields of a policy",
        table(columns, [*fields(ToolPolicy.model_json_schema())]),
        "By the type of a tool, what is built in is otherwise:",
        table(
            ("type", "built in"),
            [
                (f"`{kind}`", ", ".join(f"`{k}` {json.dumps(v)}" for k, v in built_in.items()))
                for kind, built_in in DEFAULTS.items()
            ],
        ),
        "By what an operation does outside: a read needs no approval, even where `*` or its tool"
        " asks for one. What is no read is never answered from a cache. An effect is never"
        " repeated by a policy: only a person may allow that.",
        "## Time-outs of a run",
        table(columns, [*fields(PhaseTimeouts.model_json_schema())]),
        "## What is refused",
        "A document is checked as a whole, and each problem is told with field, value and what is"
        " allowed: a value out of its range, a name that is no field, a tool or an operation that"
        " is not there (with the close name); `retry_backoff_ms` above `timeout_ms` or above"
        " `retry_max_backoff_ms`, `rate_limit_per_second` above `rate_limit_per_minute`, in one"
        " entry or where two meet; a `fallback` that comes back, or lacks an operation;"
        " `approval` of what only reads, `cache_ttl_seconds` of what does not; time-outs of phases"
        " that together are above `run_ms`.",
    )
