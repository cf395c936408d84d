"""The operations on assets: what runs are made with is shown, drafted and published."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from domain.assets.asset import (
    AssetCommand,
    DraftAsset,
    PublishAsset,
    RetireAsset,
    RollBackAsset,
)
from domain.assets.errors import NoSuchAsset, PublishedMeanwhile, WrongAsset
from domain.assets.names import AssetKind, key_of, kind_of
from domain.json import JsonMap
from domain.operations.operation import Access, Caller, Params, Scope, command, read
from domain.operations.services import Services
from domain.values.fields import Reason
from domain.views.asset import (
    ASSET_CHANGE,
    ASSET_VIEW,
    ASSETS,
    AssetChange,
    AssetLine,
    AssetView,
    asset_change,
    asset_line,
    asset_view,
    proposed_change,
)

_CANNOT_CHANGE: Final = (WrongAsset, NoSuchAsset, PublishedMeanwhile)
Version = Annotated[int, Field(ge=0, le=999_999_999)]


class KindOfAssets(Params):
    """Which assets."""

    kind: AssetKind | None = Field(default=None, description="Only those of this kind.")


class OneAsset(Params):
    """An asset."""

    asset: Annotated[str, AfterValidator(key_of)] = Field(description="KIND:NAME.")


class AssetVersionParams(OneAsset):
    """A version of an asset."""

    version: Version | None = Field(
        default=None, description="Which; what applies by default, 0 is what is built in."
    )


class AssetVersions(OneAsset):
    """Two versions of an asset."""

    from_version: Version | None = Field(default=None, description="What applies by default.")
    to_version: Version | None = Field(default=None, description="The newest draft by default.")


class WhyAsset(OneAsset):
    """An asset, and why it is changed."""

    why: Reason


class NewDraft(WhyAsset):
    """What a new version says."""

    content: JsonMap


class Publication(WhyAsset):
    """What is published."""

    content: JsonMap | None = Field(default=None, description="By default, the newest draft.")
    expected: Version | None = Field(
        default=None, description="What must be published now, 0 for nothing; else it is refused."
    )


class RollBack(WhyAsset):
    """Which version is published again."""

    to_version: Annotated[int, Field(ge=1)] = Field(description="One that was published.")


async def list_assets(have: Services, caller: Caller, params: KindOfAssets) -> list[AssetLine]:
    """Return what runs are made with: what is published, drafted, retired or built in."""
    return [*map(asset_line, have.assets.histories(caller.tenant_id, params.kind))]


async def show_asset(have: Services, caller: Caller, params: AssetVersionParams) -> AssetView:
    """Return what a version says, and what was done with the asset."""
    return asset_view(have.assets.history(caller.tenant_id, params.asset), params.version)


async def diff_asset(have: Services, caller: Caller, params: AssetVersions) -> AssetChange:
    """Return what differs between two versions."""
    history = have.assets.history(caller.tenant_id, params.asset)
    return proposed_change(history, params.from_version, params.to_version)


async def draft_asset(have: Services, caller: Caller, params: NewDraft) -> AssetChange:
    """Keep a version that is not applied yet, and return how it differs from what is."""
    draft = have.asset_desk.drafted(params.asset, params.content, params.why)
    return _changed(have, caller, params, draft)


async def publish_asset(have: Services, caller: Caller, params: Publication) -> AssetChange:
    """Apply a version from here on, and return how it differs from what was."""
    key, content, why = params.asset, params.content, params.why
    draft = None if content is None else have.asset_desk.drafted(key, content, why)
    published = have.assets.read(caller.tenant_id, key).asset.published
    expected = published if params.expected is None else params.expected
    change = _changed(have, caller, params, PublishAsset(why=why, expected=expected, draft=draft))
    if kind_of(key) is AssetKind.PROMPT:
        caller.tell("it is kept and shown only: the planner does not read it")
    return change


async def roll_back_asset(have: Services, caller: Caller, params: RollBack) -> AssetChange:
    """Apply again what an earlier version says, and return how it differs from what was."""
    expected = have.assets.read(caller.tenant_id, params.asset).asset.published
    command = RollBackAsset(to_version=params.to_version, why=params.why, expected=expected)
    return _changed(have, caller, params, command)


async def retire_asset(have: Services, caller: Caller, params: WhyAsset) -> AssetChange:
    """Apply an asset no more, and return how what is built in differs from it."""
    return _changed(have, caller, params, RetireAsset(params.why))


def _changed(
    have: Services, caller: Caller, params: WhyAsset, command: AssetCommand
) -> AssetChange:
    before = have.assets.read(caller.tenant_id, params.asset).applied_version
    have.asset_desk.do(params.asset, command, caller.by)
    history = have.assets.read(caller.tenant_id, params.asset)
    draft = history.asset.newest_draft if isinstance(command, DraftAsset) else None
    after = draft or history.applied_version
    if before == after:
        caller.tell(f"nothing is changed: version {after} says the same")
    return asset_change(history, before, after)


LIST_ASSETS: Final = read("asset.list", Scope.RUNS_READ, KindOfAssets, ASSETS, list_assets)
SHOW_ASSET: Final = read(
    "asset.show", Scope.RUNS_READ, AssetVersionParams, ASSET_VIEW, show_asset, NoSuchAsset
)
DIFF_ASSET: Final = read(
    "asset.diff", Scope.RUNS_READ, AssetVersions, ASSET_CHANGE, diff_asset, NoSuchAsset
)
DRAFT_ASSET: Final = command(
    *("asset.draft", Scope.ASSETS_PUBLISH, NewDraft, ASSET_CHANGE, draft_asset),
    *_CANNOT_CHANGE,
    access=Access.BEGIN,
)
PUBLISH_ASSET: Final = command(
    *("asset.publish", Scope.ASSETS_PUBLISH, Publication, ASSET_CHANGE, publish_asset),
    *_CANNOT_CHANGE,
    access=Access.BEGIN,
)
ROLL_BACK_ASSET: Final = command(
    *("asset.rollback", Scope.ASSETS_PUBLISH, RollBack, ASSET_CHANGE, roll_back_asset),
    *_CANNOT_CHANGE,
)
RETIRE_ASSET: Final = command(
    *("asset.retire", Scope.ASSETS_PUBLISH, WhyAsset, ASSET_CHANGE, retire_asset), *_CANNOT_CHANGE
)
