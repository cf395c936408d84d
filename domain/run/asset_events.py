"""What a run was made with; see `domain.run.events`."""

from typing import Annotated, Final

from msgspec import Meta

from domain.run.call_events import PayloadRef
from domain.run.facts import StoredMap
from domain.run.lifecycle import Stage
from domain.run.run_event import OnTimeline, Reported, RunEventData

_SHORT: Final = 12


class AssetApplied(RunEventData, frozen=True, kw_only=True):
    """An asset is applied in the run from a stage on, here for the first time in this version.

    What it says goes with the run, so that all who go over it later have the same. `digest` is
    the SHA-256 of that as JSON. Stored, large content is a payload. Version 0 is built in.
    """

    stored_as = "asset-applied"
    large = "content"
    comes_by = Reported()
    on_timeline = OnTimeline.NOTHING
    says = "{0.kind} {0.name} is applied, version {0.version}"
    personal = ("content", "payload")

    stage: Stage
    kind: str
    name: str
    version: Annotated[int, Meta(ge=0)]
    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    content: StoredMap | None
    payload: PayloadRef | None = None

    @property
    def key(self) -> str:
        """The asset as KIND:NAME."""
        return f"{self.kind}:{self.name}"

    @property
    def label(self) -> str:
        """The asset with its version, as `run show` has it."""
        return f"{self.key} {asset_label(self.version, self.digest)}"


def asset_label(version: int, digest: str) -> str:
    """Return version and digest in short, as the input of a stage has them."""
    return f"{version} sha256:{digest[:_SHORT]}"
