"""What every contender does: a run of five stages and five tool calls that do nothing."""

from typing import Any

STAGES_BEFORE = ("route_plan", "validate")
STAGES_AFTER = ("compose", "present")
"""Each has a small result of its own. Between them is `execute`, which makes the calls."""

CALL_COUNT = 5

RESULT: dict[str, Any] = {
    "rows": [{"ci_code": f"ci-{number}", "note": "x" * 80} for number in range(10)]
}
"""What each call answers: about one kilobyte of JSON."""
