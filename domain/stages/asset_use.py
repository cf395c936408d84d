"""Which assets a run applies: settled when its plan is validated, and then the same to its end."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from domain.assets.applied import AppliedAsset
from domain.assets.names import BINDINGS, POLICY, WORDS, AssetKind, kind_of, labels_in, versions_in
from domain.estate.view_policy import View
from domain.plan.plan import Plan
from domain.run.asset_events import AssetApplied, asset_label
from domain.run.events import RunRequested
from domain.run.facts import PlanDecision
from domain.run.lifecycle import Stage
from domain.stages.asset_placing import put_in_place, told
from domain.stages.faults import FaultCode, stage_fault
from domain.stages.recorder import Recorder
from domain.stages.run_assets import RunAssets
from domain.stages.sources import Sources
from domain.threads import in_thread

_IN_NO_PLAN = frozenset({POLICY, WORDS})
"""What applies without standing in the plan."""


class AssetUse:
    """The assets of a run, whose request may name versions of some.

    `by_stage` are versions and digests of what is applied by STAGE:KIND:NAME, beside what the
    request calls the assets of stages; `decisions` tell what was not used.
    """

    def __init__(self, request: RunRequested, sources: Sources) -> None:
        """Nothing applies yet but what the run has on record, and the words of its question."""
        past, self._words = sources.past, sources.words
        self._versions, self.by_stage = versions_of(request), labels_in(_asked(request))
        self.decisions: tuple[PlanDecision, ...] = ()
        self._new, self._problems = list[AssetApplied](), list[str]()
        for asset in past.assets.values():
            self._label(asset)
        if self._words is not None:
            self._label(self._words)
            if past.assets.get(WORDS) != self._words:
                self._new.append(_event(self._words, Stage.ROUTE_PLAN))

    async def settled(self, plan: Plan | None, sources: Sources) -> Sources:
        """Return the sources with what applies to a plan that is to be validated."""
        past, versions = sources.past, self._versions
        if plan is None or past.is_behind(Stage.VALIDATE):
            return sources
        known = sources.assets.known()
        if not (known or versions):
            return sources
        # What the question was read with is settled.
        wanted = {*_wanted(known, plan), *versions} - {WORDS}
        found = await in_thread(self._found, wanted, sources.assets)
        used = {*put_in_place(plan, found).used, POLICY} & found.keys()
        for key in sorted(used):
            if past.assets.get(key) != found[key]:
                self._new.append(_event(found[key], Stage.VALIDATE))
            self._label(found[key])
        is_read = self._words is not None and versions.get(WORDS) == self._words.version
        applied = {*used, WORDS} if is_read else used
        self.decisions = tuple(
            _told_of(key, version, is_used=key in applied)
            for key, version in sorted(versions.items())
            if key not in applied or key in _IN_NO_PLAN
        )
        return replace(sources, past=replace(past, assets={key: found[key] for key in used}))

    def _found(self, keys: Collection[str], assets: RunAssets) -> dict[str, AppliedAsset]:
        found, self._problems = dict[str, AppliedAsset](), []
        for key in sorted(keys):
            version = self._versions.get(key)
            asset = assets.find(key, version)
            if asset is not None:
                found[key] = asset
            elif version is not None:
                self._problems.append(f"there is no version {version} of asset {key}")
        return found

    def report(self, recorder: Recorder) -> None:
        """Record what is applied for the first time. Raises `StageFault` for what is not there."""
        for event in self._new:
            recorder.report(event)
        self._new = []
        if self._problems:
            raise stage_fault(FaultCode.PLAN_INVALID, "; ".join(self._problems))

    def _label(self, asset: AppliedAsset) -> None:
        for stage in BINDINGS[kind_of(asset.key)]:
            self.by_stage[f"{stage}:{asset.key}"] = asset_label(asset.version, asset.digest)


def versions_of(request: RunRequested) -> dict[str, int]:
    """Return the versions that a request asks for, by KIND:NAME."""
    return versions_in(_asked(request))


def _asked(request: RunRequested) -> dict[str, str]:
    return request.asset_overrides | request.origin.patches.assets


def _told_of(key: str, version: int, *, is_used: bool) -> PlanDecision:
    """Return what is told of a version that was asked for and stands nowhere in the plan."""
    return PlanDecision(
        rule=f"{kind_of(key)}_asset" if is_used else "not_used",
        field=f"assets.{key}",
        requested=version,
        effective=version if is_used else None,
        why=f"{key} is applied, {told(version)}" if is_used else "the plan does not use it",
        deduction=0.0,
    )


def _wanted(known: Collection[str], plan: Plan) -> Iterator[str]:
    """Yield what of the known assets the plan may mean."""
    text = plan.model_dump_json(exclude_unset=True) if known else ""
    for key in known:
        kind, name = kind_of(key), key.partition(":")[2]
        is_usual = key == POLICY or (kind is AssetKind.VIEW and name in set(View))
        if is_usual or (Stage.VALIDATE in BINDINGS[kind] and name in text):
            yield key


def _event(asset: AppliedAsset, stage: Stage) -> AssetApplied:
    kind, _, name = asset.key.partition(":")
    return AssetApplied(
        stage=stage,
        kind=kind,
        name=name,
        version=asset.version,
        digest=asset.digest,
        content=asset.content,
    )
