"""Which assets a run applies: settled when its plan is validated, and then the same to its end."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from domain.assets.applied import AppliedAsset, RunAssets
from domain.assets.names import BINDINGS, AssetKind, kind_of, labels_in, versions_in
from domain.estate.view_policy import View
from domain.plan.plan import Plan
from domain.run.asset_events import AssetApplied
from domain.run.events import RunRequested
from domain.run.facts import PlanDecision
from domain.run.lifecycle import Stage
from domain.stages.asset_placing import Placed, put_in_place
from domain.stages.faults import FaultCode, StageFault, stage_fault
from domain.stages.recorder import Recorder
from domain.stages.sources import Past, Sources

POLICY: Final = "policy:default"
"""The policies of tools of a tenant: they apply to every run."""
_PLACED: Final = (AssetKind.VIEW, AssetKind.RECIPE, AssetKind.MAPPING, AssetKind.RULE)
_UNUSED: Final = "the plan does not use it"


@dataclass(slots=True)
class AssetUse:
    """The assets of a run, whose request may name versions; `decisions` tell what was not used."""

    request: RunRequested
    applied: dict[str, AppliedAsset]
    decisions: tuple[PlanDecision, ...] = ()
    _new: list[AssetApplied] = field(default_factory=list)
    _problem: StageFault | None = None

    @property
    def stage_labels(self) -> dict[str, str]:
        """What the request calls the assets of stages that are no versions of published ones."""
        return labels_in(self._asked)

    @property
    def _asked(self) -> dict[str, str]:
        return self.request.asset_overrides | self.request.origin.patches.assets

    async def of_stage(self, stage: Stage, plan: Plan, sources: Sources) -> dict[str, str]:
        """Return what is applied in a stage, as its input says: 3 sha256:ab12cd34ef56.

        Before the plan is validated it is found what applies to it: what the run has already,
        else what its sources give.
        """
        if stage is Stage.VALIDATE and not sources.past.is_behind(stage):
            await self._settle(plan, sources.assets, sources.past)
        bound = (each for each in self.applied.values() if stage in BINDINGS[kind_of(each.key)])
        return {asset.key: asset.label for asset in bound}

    def report(self, recorder: Recorder) -> None:
        """Record what is applied for the first time. Raises `StageFault` for what is not there."""
        for event in self._new:
            recorder.report(event)
        if self._problem is not None:
            raise self._problem

    async def _settle(self, plan: Plan, assets: RunAssets, past: Past) -> None:
        versions, self._problem, self._new = versions_in(self._asked), None, []
        # What a run was validated with once, it keeps.
        is_settled = bool(past.stage_attempts.get(Stage.VALIDATE))
        known = past.assets if is_settled else {*past.assets, *await assets.known()}
        if not (known or versions):
            return
        found = dict[str, AppliedAsset]()
        for key in sorted({*_wanted(known, plan), *versions}):
            version = versions.get(key)
            asset = _recorded(past, key, version) or await assets.find(key, version)
            if asset is not None:
                found[key] = asset
            elif version is not None:
                message = f"there is no version {version} of asset {key}"
                self._problem = stage_fault(FaultCode.PLAN_INVALID, message)
        self._take(put_in_place(plan, found), found, past, versions)

    def _take(
        self,
        placed: Placed,
        found: Mapping[str, AppliedAsset],
        past: Past,
        versions: Mapping[str, int],
    ) -> None:
        used = {*placed.used, POLICY} & found.keys()
        self.applied = {key: found[key] for key in sorted(used)}
        self._new = [
            _event(asset) for asset in self.applied.values() if past.assets.get(asset.key) != asset
        ]
        self.decisions = tuple(
            PlanDecision(
                rule="not_used",
                field=f"assets.{key}",
                requested=version,
                effective=None,
                why=_UNUSED,
                deduction=0.0,
            )
            for key, version in versions.items()
            if key not in used
        )


def _wanted(known: Collection[str], plan: Plan) -> Iterator[str]:
    """Yield what of the known assets the plan may mean."""
    text = plan.model_dump_json(exclude_unset=True) if known else ""
    for key in known:
        kind, name = kind_of(key), key.partition(":")[2]
        is_usual = kind is AssetKind.VIEW and name in set(View)
        if key == POLICY or (kind in _PLACED and (is_usual or name in text)):
            yield key


def _recorded(past: Past, key: str, version: int | None) -> AppliedAsset | None:
    asset = past.assets.get(key)
    return asset if asset is not None and version in {None, asset.version} else None


def _event(asset: AppliedAsset) -> AssetApplied:
    kind, _, name = asset.key.partition(":")
    return AssetApplied(
        stage=Stage.VALIDATE,
        kind=kind,
        name=name,
        version=asset.version,
        digest=asset.digest,
        content=asset.content,
    )
