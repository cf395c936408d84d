"""What happens to an asset, as stored facts, and the table that says what may follow what.

For names and shapes the rules of `domain.run.events` hold: they are for ever, and new fields have
defaults.
"""

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from domain.aggregate.aggregate import StreamEntry
from domain.aggregate.event import EventData
from domain.aggregate.lifecycle import Lifecycle
from domain.run.call_events import PayloadRef
from domain.run.facts import StoredMap

Version = Annotated[int, Meta(ge=1)]


class AssetState(StrEnum):
    """Where an asset is; a draft may also wait beside what is published."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class AssetTrigger(StrEnum):
    """What moves an asset; to draft a further version moves nothing."""

    PUBLISH = "publish"
    ROLL_BACK = "roll_back"
    RETIRE = "retire"


_OUT: Final = AssetState.PUBLISHED
LIFECYCLE: Final = Lifecycle(
    AssetState,
    AssetTrigger,
    [
        (AssetTrigger.PUBLISH, list(AssetState), _OUT),
        (AssetTrigger.ROLL_BACK, [_OUT, AssetState.RETIRED], _OUT),
        (AssetTrigger.RETIRE, [AssetState.DRAFT, _OUT], AssetState.RETIRED),
    ],
    initial=AssetState.DRAFT,
)


class AssetData(EventData, frozen=True, kw_only=True):
    """The root of the events of an asset."""

    trigger: ClassVar[AssetTrigger | None] = None


class AssetDrafted(AssetData, frozen=True, kw_only=True):
    """Somebody wrote a version. Stored, large content is a payload; `digest` is of its JSON."""

    stored_as = "asset-drafted"
    large = "content"
    says = "version {0.version} is drafted: {0.why}"
    personal = ("content", "payload", "why")

    version: Version
    content: StoredMap | None
    digest: str
    why: str
    payload: PayloadRef | None = None


class AssetPublished(AssetData, frozen=True, kw_only=True):
    """A version is applied from here on, in place of the one before."""

    stored_as = "asset-published"
    trigger = AssetTrigger.PUBLISH
    says = "version {0.version} is published: {0.why}"
    personal = ("why",)

    version: Version
    why: str


class AssetRolledBack(AssetData, frozen=True, kw_only=True):
    """What an earlier version says is published again, as a new version."""

    stored_as = "asset-rolled-back"
    trigger = AssetTrigger.ROLL_BACK
    says = "version {0.version} is version {0.to_version} again: {0.why}"
    personal = ("why",)

    to_version: Version
    version: Version
    why: str


class AssetRetired(AssetData, frozen=True, kw_only=True):
    """Nothing is applied any more, but what is built in."""

    stored_as = "asset-retired"
    trigger = AssetTrigger.RETIRE
    says = "the asset is retired: {0.why}"
    personal = ("why",)

    why: str


AssetEvent = AssetDrafted | AssetPublished | AssetRolledBack | AssetRetired
AssetEntry = StreamEntry[AssetEvent]
