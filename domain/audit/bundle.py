"""A bundle: runs with their proof in one file, to be checked and used on another machine.

The written specification is docs/reference/bundle.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.aggregate.envelope import RecordedEvent
from domain.audit.event_lines import Hash
from domain.errors import Conflict, Refused
from domain.payloads import Payload

FORMAT: Final = "opstrail-bundle"
FORMAT_VERSION: Final = 1
MANIFEST: Final = "manifest.json"
PROOF: Final = "proof.json"
PAGE: Final = "index.html"
VERIFIER: Final = "verify_events.py"
SIZE_LIMIT: Final = 512 * 1024 * 1024
"""A larger file is neither written nor read."""

_HEX: Final = r"^[0-9a-f]{64}$"


def events_member(run_id: str) -> str:
    """Return the name of the member that has the events of a run."""
    return f"runs/{run_id}.jsonl"


def payload_member(digest: bytes) -> str:
    """Return the name of the member that has the stored bytes of a payload."""
    return f"payloads/{digest.hex()}"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BundledRun(_Value):
    """One run of a bundle: how many events, and the head hash that they add up to."""

    # It is part of a member's name.
    run_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")
    version: int = Field(ge=1)
    head_hash: str = Field(pattern=_HEX)


def _each_once(runs: tuple[BundledRun, ...]) -> tuple[BundledRun, ...]:
    ids = [run.run_id for run in runs]
    if len(set(ids)) < len(ids):
        message = "a run is named twice"
        raise ValueError(message)
    return runs


class Manifest(_Value):
    """What a bundle holds. `members` has the SHA-256 in hex of every other member, by name."""

    format: Literal["opstrail-bundle"] = FORMAT
    format_version: Literal[1] = FORMAT_VERSION
    engine_version: str
    created_at: str
    tenant_id: str
    runs: Annotated[tuple[BundledRun, ...], Field(min_length=1), AfterValidator(_each_once)]
    members: dict[str, Annotated[str, Field(pattern=_HEX)]]


class LogBatch(_Value):
    """A batch of the log that runs came from: its place, and what makes its log hash."""

    first_position: int = Field(ge=1)
    last_position: int
    log_hash_before: Hash
    log_hash_after: Hash
    content_hashes: tuple[Hash, ...]


class Proof(_Value):
    """The batches that the events of a bundle are in, in order of position."""

    log: str
    batches: tuple[LogBatch, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle whose every hash was checked.

    `histories` has the events of each run in order of version; their positions are those of the
    log that they came from. `payloads` has what they name and was not erased.
    """

    manifest: Manifest
    histories: Mapping[str, list[RecordedEvent]]
    payloads: tuple[Payload, ...]


class BundleRefused(Exception):
    """The file is not a bundle as it was exported."""

    def __init__(
        self,
        member: str | None,
        *,
        why: str,
        run_id: str | None = None,
        version: int | None = None,
    ) -> None:
        """Keep the facts; `member` None is the file itself."""
        self.member, self.why, self.run_id, self.version = member, why, run_id, version
        place = f" at {member}" if member else ""
        if run_id is not None:
            place += f", {run_id}"
        if version is not None:
            place += f" version {version}"
        super().__init__(f"the bundle is refused{place}: {why}")


class BundleTooLarge(ValueError):
    """The runs are too large for one bundle."""

    def __init__(self, size: int, *, most: int = SIZE_LIMIT, of: str = "bytes") -> None:
        """Keep the size, and of what there may be how many."""
        self.size = size
        super().__init__(
            f"the bundle would have {size} {of}, more than the {most} allowed:"
            " export fewer runs into one"
        )


class OtherTenant(Refused):
    """A bundle belongs to another tenant than it is to be imported into."""

    def __init__(self, *, bundle: str, chosen: str) -> None:
        """Keep the names of the tenants."""
        self.bundle, self.chosen = bundle, chosen
        super().__init__(
            f"the bundle is of tenant {bundle!r}, which its hashes cover, and cannot be imported"
            f" into tenant {chosen!r}: import it as tenant {bundle}"
        )


class RunDiffers(Conflict):
    """The database has other events of a run than the bundle."""

    def __init__(self, run_id: str, *, version: int) -> None:
        """Keep the facts; `version` is the first event that differs."""
        self.run_id, self.version = run_id, version
        super().__init__(
            f"the database has another {run_id}: it differs from version {version} on;"
            " nothing was imported"
        )


class EventIdTaken(Conflict):
    """An event id of the bundle is that of another event in the database."""

    def __init__(self, event_id: str, *, run_id: str) -> None:
        """Keep the facts; `run_id` is the run of the bundle: the other may be another tenant's."""
        self.event_id, self.run_id = event_id, run_id
        super().__init__(
            f"event {event_id} of {run_id} has the id of another event that is there already;"
            " nothing was imported"
        )
