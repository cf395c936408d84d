"""Assets as people see them: what is applied, what was before, and what a change changes."""

from dataclasses import dataclass
from typing import Final, Literal

from domain.aggregate.envelope import Actor
from domain.assets.events import AssetRetired
from domain.assets.history import AssetHistory
from domain.assets.names import BUILT_IN, AssetKind
from domain.json import JsonMap
from domain.views.json_form import View
from domain.views.json_patch import json_changes
from domain.views.sentences import sentence_of

State = Literal["draft", "published", "retired", "built in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLine:
    """An asset in short; `published` is 0 for what is built in and None where nothing applies.

    `draft` is the newest version where that was never published, `digest` that of what applies.
    """

    kind: AssetKind
    name: str
    state: State
    published: int | None
    draft: int | None
    digest: str | None
    changed_at: str | None
    changed_by: Actor | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetStep:
    """Something that was done with an asset: when (UTC), by whom, to which version."""

    recorded_at: str
    by: Actor
    what: str
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetView:
    """One version of an asset with its content, and all that was done, in order."""

    line: AssetLine
    version: int
    digest: str
    content: JsonMap
    history: tuple[AssetStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetChange:
    """What differs from one version to another, as a JSON Patch; None is no version at all.

    `was` in it is the value before.
    """

    line: AssetLine
    from_version: int | None
    to_version: int | None
    changes: tuple[JsonMap, ...]


ASSETS: Final[View[list[AssetLine]]] = View("assets", list[AssetLine])
ASSET_VIEW: Final[View[AssetView]] = View("asset", AssetView)
ASSET_CHANGE: Final[View[AssetChange]] = View("asset-change", AssetChange)


def asset_line(of: AssetHistory) -> AssetLine:
    """Return an asset in short."""
    kind, _, name = of.key.partition(":")
    last = of.entries[-1].envelope if of.entries else None
    return AssetLine(
        kind=AssetKind(kind),
        name=name,
        state=of.asset.state.value if of.entries else "built in",
        published=of.applied_version,
        draft=of.asset.newest_draft or None,
        digest=of.applied.digest if of.applied else None,
        changed_at=last.recorded_at if last else None,
        changed_by=last.actor if last else None,
    )


def asset_view(of: AssetHistory, version: int | None) -> AssetView:
    """Return a version, else what applies, else the newest. Raises `NoSuchAsset`."""
    if version is None:
        version = of.asset.last_version if of.applied_version is None else of.applied_version
    asset = of.required(version)
    return AssetView(
        line=asset_line(of),
        version=version,
        digest=asset.digest,
        content=asset.content,
        history=tuple(_steps(of)),
    )


def asset_change(of: AssetHistory, before: int | None, after: int | None) -> AssetChange:
    """Return what differs between two versions, of which None has nothing.

    Of two that are there, what is in effect is compared: not to say something may change nothing.
    """
    from domain.assets.content import in_effect  # noqa: PLC0415 - runs need none

    old, new = ({} if each is None else of.required(each).content for each in (before, after))
    if None not in {before, after}:
        old, new = in_effect(of.key, old), in_effect(of.key, new)
    return AssetChange(
        line=asset_line(of),
        from_version=before,
        to_version=after,
        changes=tuple(json_changes(old, new)),
    )


def proposed_change(of: AssetHistory, before: int | None, after: int | None) -> AssetChange:
    """Return the same; where nobody says, from what applies to the newest draft.

    To what applies itself, as it is without a draft, it is from the version before.
    """
    if after is None:
        after = of.asset.newest_draft or of.applied_version
    if before is None:
        before = of.applied_version
        if before and before == after:
            before = before - 1 or (BUILT_IN if of.find(BUILT_IN) else None)
    return asset_change(of, before, after)


def _steps(of: AssetHistory) -> list[AssetStep]:
    return [
        AssetStep(
            recorded_at=entry.envelope.recorded_at,
            by=entry.envelope.actor,
            what=sentence_of(entry.event),
            version=None if isinstance(entry.event, AssetRetired) else entry.event.version,
        )
        for entry in of.entries
    ]
