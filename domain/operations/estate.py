"""The operations on the estate: filling it, and seeing what is there."""

import asyncio
from typing import Final, Literal

from pydantic import Field

from domain.aggregate.event import tell_removed
from domain.errors import ChangedRecord
from domain.estate.differences import Mode
from domain.estate.errors import EstateError, ExportRefused
from domain.estate.port import EstateDataset, KnownItems
from domain.estate.queries import EstateSummary
from domain.operations.failures import since_text
from domain.operations.operation import (
    Access,
    Caller,
    InvalidParams,
    Nothing,
    Params,
    Scope,
    command,
    read,
)
from domain.operations.run_lists import HOW_MANY
from domain.operations.services import Services
from domain.values.fields import Instant, Name
from domain.views.estate import (
    ESTATE_CHANGES,
    ESTATE_EXPORT,
    ESTATE_HISTORY,
    ESTATE_LOAD,
    ESTATE_SUMMARY,
    DifferingRecord,
    EstateChangeView,
    EstateExport,
    EstateLoad,
)


class DiscoverParams(Params):
    """How this machine is looked at."""

    seconds: float = Field(
        default=3.0, ge=0, le=3600, description="How long to measure; 0: not at all."
    )


class DemoParams(Params):
    """Which invented estate it is."""

    anchor: Instant | None = Field(
        default=None, description="When it ends; with a zone. None is now."
    )
    seed: int = Field(default=42, description="The same seed makes the same estate.")
    days: int = Field(default=31, ge=1, le=366, description="Days of metrics and event log.")
    incidents: int = Field(
        default=0, ge=0, le=1000, description="Incidents to plant beside the usual ones."
    )


class ImportParams(Params):
    """Which files are imported."""

    paths: tuple[str, ...] = Field(description="Files, or folders with files.")
    mode: Mode = Field(
        default="merge", description="replace: what the source brings no more is retired."
    )
    source: str = Field(default="files", min_length=1, max_length=200, description="Whose it is.")
    is_forced: bool = Field(
        default=False, description="Whether more than half of the source may be retired."
    )
    is_dry_run: bool = Field(default=False, description="Whether to show only what would differ.")


class RemoveParams(Params):
    """What is retired, and why: an item by its code, or all that a source has brought."""

    ci_code: str | None = None
    source: str | None = None
    reason: str = Field(min_length=1, max_length=4000)
    is_dry_run: bool = Field(default=False, description="Whether to show only what would differ.")


class ExportParams(Params):
    """Where an estate is written to, and in which format."""

    folder: str = Field(min_length=1, description="A new or an empty folder.")
    suffix: Literal["csv", "jsonl"] = Field(default="csv", description="The format of the files.")


class HistoryParams(Params):
    """How many changes are wanted."""

    before: Name | None = Field(default=None, description="Only changes older than this one.")
    limit: int = HOW_MANY


class ChangesParams(Params):
    """Which differing records are wanted: of one item, since some time."""

    item: str | None = Field(default=None, description="The code of an item.")
    since: str | None = Field(default=None, description="Only changes since then, such as -7d.")
    limit: int = Field(default=100, ge=1, le=100_000, description="How many, newest change first.")


async def discover(have: Services, caller: Caller, params: DiscoverParams) -> EstateLoad:
    """Bring in this machine, in place of what an earlier look at it brought."""
    found = await have.estate_sources.discover(
        now=have.clock.now(), seconds=params.seconds, progress=caller.progress
    )
    for warning in found.warnings:
        caller.tell(f"warning: {warning}")
    return await _replace(have, caller, found.dataset)


async def make_demo(have: Services, caller: Caller, params: DemoParams) -> EstateLoad:
    """Bring in an invented estate, in place of an earlier one."""
    caller.progress("making the demo estate")
    anchor = params.anchor or have.clock.now()
    dataset = have.estate_sources.demo(
        anchor=anchor, seed=params.seed, days=params.days, incidents=params.incidents
    )
    return await _replace(have, caller, dataset)


async def import_files(have: Services, caller: Caller, params: ImportParams) -> EstateLoad:
    """Bring in CSV and JSON files, all of them or nothing."""
    caller.progress("reading the files")
    # Files that are refused leave no database behind.
    known = KnownItems() if have.is_new else have.estate.known_items(caller.tenant_id)
    dataset = have.estate_sources.read_files(params.paths, source=params.source, known=known)
    await _before_writing(caller)
    load = have.estates.load(
        dataset,
        caller.by,
        mode=params.mode,
        is_dry_run=params.is_dry_run,
        may_retire_most=params.is_forced,
    )
    tell_removed(load.removed, caller.tell)
    return load


async def remove(have: Services, caller: Caller, params: RemoveParams) -> EstateLoad:
    """Retire an item with its relations, or all that a source has brought."""
    if (params.ci_code is None) == (params.source is None):
        raise InvalidParams([("ci_code", "give the code of an item, or a source")])
    load = have.estates.remove(
        caller.by,
        ci_code=params.ci_code,
        source=params.source,
        reason=params.reason,
        is_dry_run=params.is_dry_run,
    )
    tell_removed(load.removed, caller.tell)
    return load


async def export(have: Services, caller: Caller, params: ExportParams) -> EstateExport:
    """Write all that can be seen of the estate as files that an import reads back."""
    revision = have.estate.revision(caller.tenant_id)
    caller.progress("writing the files")
    dataset = have.estate.everything(caller.tenant_id)
    counts = have.estate_sources.write_files(dataset, params.folder, suffix=params.suffix)
    if have.estate.revision(caller.tenant_id) != revision:
        why = "the estate was changed while it was written: delete the files and try again"
        raise ExportRefused(params.folder, why=why)
    return EstateExport(params.folder, counts, revision)


async def history(have: Services, caller: Caller, params: HistoryParams) -> list[EstateChangeView]:
    """Return the changes of the estate that are on the record, newest first."""
    return have.estates.history(caller.tenant_id, params.limit, params.before)


async def changes(have: Services, caller: Caller, params: ChangesParams) -> list[DifferingRecord]:
    """Return which records differ since when, of the newest changes first."""
    now = have.clock.now().astimezone(have.zone)
    since = None if params.since is None else since_text(params.since, now=now)
    found = have.estates.changes(
        caller.tenant_id, item=params.item, since=since, limit=params.limit + 1
    )
    shown = list(found)
    if len(shown) > params.limit:
        caller.tell(f"only the first {params.limit} are shown: there are more; see `/limit`")
    return shown[: params.limit]


async def estate_summary(have: Services, caller: Caller, _: Nothing) -> EstateSummary:
    """Return how much of each there is, and from when to when."""
    return have.estate.summary(caller.tenant_id)


async def _replace(have: Services, caller: Caller, dataset: EstateDataset) -> EstateLoad:
    await _before_writing(caller)
    load = have.estates.load(dataset, caller.by, mode="replace")
    tell_removed(load.removed, caller.tell)
    return load


async def _before_writing(caller: Caller) -> None:
    caller.progress("writing the estate")
    await asyncio.sleep(0)  # who wants to stop is heard before anything is written


DISCOVER: Final = command(
    *("estate.discover", Scope.ESTATE_WRITE, DiscoverParams, ESTATE_LOAD, discover, EstateError),
    access=Access.BEGIN,
)
DEMO: Final = command(
    *("estate.demo", Scope.ESTATE_WRITE, DemoParams, ESTATE_LOAD, make_demo, EstateError),
    access=Access.BEGIN,
)
IMPORT: Final = command(
    *("estate.import", Scope.ESTATE_WRITE, ImportParams, ESTATE_LOAD, import_files, EstateError),
    access=Access.BEGIN,
)
REMOVE: Final = command(
    "estate.remove", Scope.ESTATE_WRITE, RemoveParams, ESTATE_LOAD, remove, EstateError
)
EXPORT: Final = read(
    "estate.export", Scope.PAYLOADS_READ, ExportParams, ESTATE_EXPORT, export, EstateError
)
HISTORY: Final = read("estate.history", Scope.RUNS_READ, HistoryParams, ESTATE_HISTORY, history)
CHANGES: Final = read(
    "estate.changes", Scope.RUNS_READ, ChangesParams, ESTATE_CHANGES, changes, ChangedRecord
)
SUMMARY: Final = read("estate.summary", Scope.RUNS_READ, Nothing, ESTATE_SUMMARY, estate_summary)
