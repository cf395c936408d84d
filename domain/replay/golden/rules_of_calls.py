"""The rules about the calls of a run that is judged by a golden one."""

from collections.abc import Iterator

from domain.replay.golden.trial import Trial, named
from domain.views.comparison import CallSide, ComparedCall
from domain.views.golden import Mode

_ANSWERED = "succeeded"
_SKIPPED = "skipped"


def changed_calls(trial: Trial) -> Iterator[str]:
    """Yield the calls that only one run made, and those that ask otherwise."""
    for call in trial.comparison.calls:
        match call.a, call.b:
            case None, CallSide() as added:
                yield f"a call was added: {_named(added)}"
            case CallSide() as removed, None:
                yield f"a call was removed: {_named(removed)}"
            case CallSide() as before, CallSide() as after:
                if _asks_otherwise(call, before, after):
                    yield f"a call asks otherwise: {_named(after)}{_places(call)}"
            case _:
                pass


def failing_calls(trial: Trial) -> Iterator[str]:
    """Yield the calls that did not answer, and in the golden run did."""
    for before, after in _pairs(trial):
        has_failed = after.status not in {_ANSWERED, _SKIPPED}
        if after.status != _ANSWERED and (
            before.status == _ANSWERED or (before.status == _SKIPPED and has_failed)
        ):
            why = f": {after.reason}" if after.reason else ""
            yield f"{_named(after)} is {after.status}, and was {before.status}{why}"


def calls_that_came_back(trial: Trial) -> Iterator[str]:
    """Yield the calls that answered, and in the golden run did not."""
    for before, after in _pairs(trial):
        if before.status != _ANSWERED and after.status == _ANSWERED:
            yield f"{_named(after)} answered, and was {before.status}"


def slow_calls(trial: Trial) -> Iterator[str]:
    """Yield the calls of a rerun that took much longer; a verification measures nothing."""
    if trial.mode is Mode.VERIFY:
        return
    thresholds = trial.thresholds
    for before, after in _pairs(trial):
        a_ms, b_ms = before.duration_ms, after.duration_ms
        if a_ms is None or b_ms is None or b_ms <= thresholds.duration_ms:
            continue
        if b_ms > thresholds.duration_factor * a_ms:
            yield f"{_named(after)} took {b_ms:.0f} ms, the golden run's {a_ms:.0f} ms"


def _pairs(trial: Trial) -> Iterator[tuple[CallSide, CallSide]]:
    for call in trial.comparison.calls:
        if call.a is not None and call.b is not None:
            yield call.a, call.b


def _asks_otherwise(call: ComparedCall, before: CallSide, after: CallSide) -> bool:
    if (before.tool, before.operation) != (after.tool, after.operation):
        return True
    # A call that was skipped has asked nothing.
    return bool(call.params_patch) and _SKIPPED not in {before.status, after.status}


def _places(call: ComparedCall) -> str:
    places = [str(each.get("path") or "/") for each in call.params_patch]
    return f", at {named(places)}" if places else ""


def _named(call: CallSide) -> str:
    return f"{call.tool}.{call.operation} ({call.call_id})"
