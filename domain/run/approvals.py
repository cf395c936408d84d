"""Which calls of a run may be approved or denied: those that wait, and as they wait."""

from domain.errors import NotWaiting
from domain.run.approval_events import CallApproved, CallDenied
from domain.run.commands import ApproveCall, DenyCall
from domain.run.lifecycle import RunState
from domain.run.state import Run


def decided(run: Run, command: ApproveCall | DenyCall) -> CallApproved | CallDenied:
    """Return the decision on a call. Raises `NotWaiting`."""
    if run.state is not RunState.WAITING:
        raise NotWaiting(run.run_id, why=f"it is {run.state}, and no call of it waits")
    label = run.waiting.get(command.call_id)
    if label is None:
        why = f"call {command.call_id!r} does not wait for approval"
        raise NotWaiting(run.run_id, why=why, waiting=run.waiting)
    if label != command.label:
        why = f"call {command.call_id!r} waits with label {label}, not {command.label}"
        raise NotWaiting(run.run_id, why=f"{why}: look again at what would be called")
    event = CallApproved if isinstance(command, ApproveCall) else CallDenied
    return event(call_id=command.call_id, label=command.label, reason=command.reason)
