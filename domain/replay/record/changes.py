"""Changes that people ask for when they go on from a run, checked against its record."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.assets.names import AssetKind, overrides_of
from domain.errors import ReplayRefused
from domain.plan.patch import WrongPatch, patched_plan
from domain.plan.plan import Plan, PlanOutput
from domain.redaction.marks import MARK_BEGINS
from domain.replay.record.recorded_calls import empty_patch
from domain.replay.record.recording import anchor_of, recording_of
from domain.replay.record.terms import terms_of
from domain.run.events import HistoryEntry, PlanProduced
from domain.run.facts import CallTimeoutMs, Patches, ResultPatch
from domain.run.lifecycle import Stage
from domain.stages.asset_placing import put_in_place
from domain.stages.faults import StageFault
from domain.stages.replanning import planned_again
from domain.stages.run_assets import applied_assets
from domain.stages.validation import validate_plan
from domain.tools.catalogue import KnownTools
from domain.tools.contracts import ToolErrorCode
from domain.tools.invalid_params import describe_invalid
from domain.values.fields import Reason


class NoSuchCall(ReplayRefused):
    """A call is named that the run did not make."""

    def __init__(self, run_id: str, call_id: str | None, *, known: Iterable[str]) -> None:
        self.call_id, self.known = call_id, sorted(known)
        calls = ", ".join(self.known) or "none"
        super().__init__(run_id, why=f"there is no call {call_id!r} on record; calls: {calls}")


class Changes(BaseModel):
    """Why people go on from a run, and what is to be otherwise then."""

    model_config = ConfigDict(frozen=True)

    reason: Reason
    timeout_ms: CallTimeoutMs | None = Field(
        default=None, description="How long one tool call may take; None is as before."
    )
    patches: Patches = Field(
        default=Patches(), description="Changes of plan, parameters, assets and results."
    )


def fitting_patches(
    entries: Sequence[HistoryEntry],
    patches: Patches,
    *,
    planned: PlanProduced | None,
    tools: KnownTools,
) -> Patches:
    """Return the patches, with what takes the place of results that are to be empty.

    `planned` is the plan that they change, if there is one: one that is yet to be made is checked
    when it is made. Raises `ReplayRefused` for a change that does not fit the run.
    """
    run_id = entries[0].envelope.stream_id
    results, assets = _results(entries, patches.results), _assets(run_id, patches.assets)
    patches = replace(patches, results=results, assets=assets)
    if planned is not None and (patches.plan or patches.params or _has_marks(planned)):
        _check_plan(entries, patches, planned, tools)
    return patches


def _has_marks(planned: PlanProduced) -> bool:
    """Return whether values were removed from the plan, which its calls may need."""
    return MARK_BEGINS in repr(planned.plan_output)


def _results(
    entries: Sequence[HistoryEntry], patches: Mapping[str, ResultPatch]
) -> dict[str, ResultPatch]:
    calls = {call.started.call_id: call for call in recording_of(entries).calls}
    run_id, found = entries[0].envelope.stream_id, {}
    for call_id, patch in patches.items():
        if call_id not in calls:
            raise NoSuchCall(run_id, call_id, known=calls)
        result = calls[call_id].result
        if patch.kind == "empty" and (result is None or not result.success):
            why = f"call {call_id!r} has no result that could be emptied"
            raise ReplayRefused(run_id, why=why)
        if patch.kind == "error":
            _check_code(run_id, patch.error_code)
        found[call_id] = empty_patch(result) if patch.kind == "empty" and result else patch
    return found


def _check_code(run_id: str, code: str | None) -> None:
    if code is not None and code not in list(ToolErrorCode):
        allowed = ", ".join(ToolErrorCode)
        raise ReplayRefused(run_id, why=f"{code!r} is no error code of a tool; allowed: {allowed}")


def _assets(run_id: str, assets: Mapping[str, str]) -> dict[str, str]:
    kinds, stages = [*AssetKind], [*Stage]
    for key in assets:
        first, _, rest = key.partition(":")
        if not rest or first not in stages + kinds:
            allowed = ", ".join([f"{each}:<type>" for each in stages] + ["KIND:NAME"])
            raise ReplayRefused(run_id, why=f"{key!r} names no asset; allowed: {allowed}")
    return overrides_of(assets)


def _check_plan(
    entries: Sequence[HistoryEntry], patches: Patches, planned: PlanProduced, tools: KnownTools
) -> None:
    run_id = entries[0].envelope.stream_id
    try:
        output = patched_plan(PlanOutput.model_validate(planned.plan_output), patches.plan)
        recorded = {each.key: each for each in applied_assets(entry.event for entry in entries)}
        if put_in_place(output.plan or Plan(), recorded).problems:
            return  # what the run itself will find may be published since
        policy, now = terms_of(entries).options.replanning, anchor_of(entries)
        try:
            validate_plan(
                output.plan or Plan(), tools=tools, now=now, params=patches.params, assets=recorded
            )
        except StageFault as error:
            plan = planned_again(output, error, policy)  # as the run itself would
            validate_plan(plan, tools=tools, now=now, params=patches.params, assets=recorded)
    except ValidationError as error:
        why = describe_invalid(error, subject="the patched plan")
        raise ReplayRefused(run_id, why=why) from error
    except (WrongPatch, StageFault) as error:
        raise ReplayRefused(run_id, why=str(error)) from error
