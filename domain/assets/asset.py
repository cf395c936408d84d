"""An asset as an aggregate: drafted, published, rolled back, retired.

One stream each. Versions count up and are never used again; at most one is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, assert_never, get_args

from domain.aggregate.aggregate import Aggregate
from domain.assets.applied import AppliedAsset
from domain.assets.errors import NoSuchAsset, PublishedMeanwhile, WrongAsset
from domain.assets.events import (
    LIFECYCLE,
    AssetDrafted,
    AssetEvent,
    AssetPublished,
    AssetRetired,
    AssetRolledBack,
    AssetState,
    AssetTrigger,
)
from domain.assets.names import PREFIX, key_in
from domain.run.facts import StoredMap


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAsset:
    """Write a version."""

    content: StoredMap
    digest: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishAsset:
    """Publish a draft, else the newest; `expected` was published when it was asked for, or 0."""

    why: str
    expected: int
    draft: DraftAsset | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackAsset:
    """Publish again what was published before."""

    to_version: int
    why: str
    expected: int


@dataclass(frozen=True, slots=True)
class RetireAsset:
    """Apply it no more."""

    why: str


AssetCommand = DraftAsset | PublishAsset | RollBackAsset | RetireAsset


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """An asset with its versions; `published` is the one that is applied, 0 for none."""

    key: str
    state: AssetState = AssetState.DRAFT
    published: int = 0
    versions: Mapping[int, AppliedAsset] = field(default_factory=dict)
    were_published: frozenset[int] = frozenset()

    @property
    def last_version(self) -> int:
        """The newest version, 0 before the first."""
        return max(self.versions, default=0)

    @property
    def newest_draft(self) -> int:
        """The newest version, unless it was ever published; then 0."""
        return 0 if self.last_version in self.were_published else self.last_version

    def says(self, version: int, draft: DraftAsset) -> bool:
        """Whether a version that there is says what the draft says."""
        return version in self.versions and self.versions[version].digest == draft.digest


def decide(asset: Asset, command: AssetCommand) -> list[AssetEvent]:
    """Return what happens when the command is obeyed: nothing where it would change nothing.

    Raises `WrongAsset`, `NoSuchAsset`, `PublishedMeanwhile`.
    """
    match command:
        case DraftAsset():
            is_same = asset.says(asset.newest_draft or asset.published, command)
            return [] if is_same else [_drafted(asset, command)]
        case PublishAsset(why=why, draft=draft):
            _require(asset, AssetTrigger.PUBLISH, expected=command.expected, is_new=bool(draft))
            return _published(asset, why, draft)
        case RollBackAsset(to_version=to, why=why):
            _require(asset, AssetTrigger.ROLL_BACK, expected=command.expected)
            _require_to_roll_back(asset, to)
            return [AssetRolledBack(to_version=to, version=asset.last_version + 1, why=why)]
        case RetireAsset(why=why):
            _require(asset, AssetTrigger.RETIRE)
            return [AssetRetired(why=why)]
        case _:
            assert_never(command)


def evolve(asset: Asset, event: AssetEvent) -> Asset:
    """Return the asset after the event, whatever the event."""
    if event.trigger is not None:
        asset = replace(asset, state=LIFECYCLE.targets[event.trigger])
    match event:
        case AssetDrafted(version=version, digest=digest, content=content):
            return _with(asset, AppliedAsset(asset.key, version, digest, content or {}))
        case AssetPublished(version=version):
            return _with_published(asset, version)
        case AssetRolledBack(to_version=to, version=version):
            again = replace(asset.versions[to], version=version)
            return _with_published(_with(asset, again), version)
        case AssetRetired():
            return replace(asset, published=0)
        case _:
            assert_never(event)


def _drafted(asset: Asset, draft: DraftAsset) -> AssetDrafted:
    version, content = asset.last_version + 1, draft.content
    return AssetDrafted(version=version, content=content, digest=draft.digest, why=draft.why)


def _published(asset: Asset, why: str, draft: DraftAsset | None) -> list[AssetEvent]:
    newest = asset.newest_draft
    if draft is None and not newest:
        raise WrongAsset(asset.key, why="there is no draft to publish; give a file")
    if draft is None or asset.says(newest, draft):
        return [AssetPublished(version=newest, why=why)]
    if asset.says(asset.published, draft):
        return []
    published = AssetPublished(version=asset.last_version + 1, why=why)
    return [_drafted(asset, draft), published]


def _with(asset: Asset, version: AppliedAsset) -> Asset:
    return replace(asset, versions={**asset.versions, version.version: version})


def _with_published(asset: Asset, version: int) -> Asset:
    were = asset.were_published | {version}
    return replace(asset, published=version, were_published=were)


def _require(
    asset: Asset, trigger: AssetTrigger, *, expected: int | None = None, is_new: bool = False
) -> None:
    if not (asset.versions or is_new):
        raise NoSuchAsset(asset.key, works="see `asset.list`")
    if expected not in {None, asset.published}:
        raise PublishedMeanwhile(asset.key, expected=expected, actual=asset.published)
    if not LIFECYCLE.is_allowed(asset.state, trigger):
        allowed = ", ".join(LIFECYCLE.allowed_triggers(asset.state))
        why = f"it is {asset.state}: cannot {trigger}; possible: draft, {allowed}"
        raise WrongAsset(asset.key, why=why)


def _require_to_roll_back(asset: Asset, to: int) -> None:
    possible = asset.were_published - {asset.published}
    if to not in possible:
        told = ", ".join(map(str, sorted(possible))) or "none"
        why = f"version {to} was not published before; those that were: {told}"
        raise WrongAsset(asset.key, why=why)


ASSET: Final[Aggregate[Asset, AssetCommand, AssetEvent]] = Aggregate(
    name="asset",
    prefix=PREFIX,
    events=get_args(AssetEvent),
    lifecycle=LIFECYCLE,
    begin=lambda stream_id: Asset(key=key_in(stream_id)),
    decide=decide,
    evolve=evolve,
    not_found=lambda stream_id: NoSuchAsset(key_in(stream_id)),
)
