"""Results of calls as a test gives them."""

from domain.response.compose.call_result import CallResult


def call_result(name: str = "ci.resolve", **given: object) -> CallResult:
    """Return a call of this tool and operation that succeeded, unless the test says otherwise."""
    tool, _, operation = name.partition(".")
    made = {"call_id": "primary", "params": {}, "status": "succeeded", **given}
    return CallResult(tool=tool, operation=operation, **made)  # type: ignore[arg-type]  # tests name them
