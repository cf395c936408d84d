"""Next actions: what a person can do with an answer."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, JsonValue

NextActionType = Literal[
    "rerun", "open_trace", "copy_payload", "open_event_browser", "approve", "deny"
]


class NextAction(BaseModel):
    """One thing to do next.

    A `rerun` carries a `patch` of the plan (dotted plan paths to new values), and for a choice of
    configuration item `selected_ci_id` or `selected_secondary_ci_id`; a `copy_payload` the
    `question` to ask, with its `query` where the words alone could mean another. What can be
    approved or denied is a `call_id` with its `label`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    type: NextActionType
    label: str
    payload: dict[str, JsonValue] = {}
    reason: str | None = None


def rerun(label: str, patch: Mapping[str, JsonValue]) -> NextAction:
    """Return the action of asking again with this patch in the plan."""
    return NextAction(type="rerun", label=label, payload={"patch": dict(patch)})
