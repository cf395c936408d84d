"""The operations on the estate: filling it, and seeing what is there."""

import asyncio
from typing import Final, Literal

from pydantic import AwareDatetime, Field

from domain.estate.errors import EstateError
from domain.estate.port import EstateDataset
from domain.estate.queries import EstateSummary
from domain.operations.operation import Access, Caller, Nothing, Params, Scope, command, read
from domain.operations.services import Services
from domain.views.estate import ESTATE_LOAD, ESTATE_SUMMARY, EstateLoad


class DiscoverParams(Params):
    """How this machine is looked at."""

    seconds: float = Field(
        default=3.0, ge=0, le=3600, description="How long to measure; 0: not at all."
    )


class DemoParams(Params):
    """Which invented estate it is."""

    anchor: AwareDatetime | None = Field(
        default=None, description="When it ends; with a zone. None is now."
    )
    seed: int = Field(default=42, description="The same seed makes the same estate.")
    days: int = Field(default=31, ge=1, le=366, description="Days of metrics and event log.")


class ImportParams(Params):
    """Which files are imported."""

    paths: tuple[str, ...] = Field(description="Files, or folders with files.")


async def discover(have: Services, caller: Caller, params: DiscoverParams) -> EstateLoad:
    """Bring in this machine, in place of what an earlier look at it brought."""
    found = await have.estate_sources.discover(
        now=have.clock.now(), seconds=params.seconds, progress=caller.progress
    )
    for warning in found.warnings:
        caller.tell(f"warning: {warning}")
    return await _load(have, caller, found.dataset, mode="replace")


async def make_demo(have: Services, caller: Caller, params: DemoParams) -> EstateLoad:
    """Bring in an invented estate, in place of an earlier one."""
    caller.progress("making the demo estate")
    anchor = params.anchor or have.clock.now()
    dataset = have.estate_sources.demo(anchor=anchor, seed=params.seed, days=params.days)
    return await _load(have, caller, dataset, mode="replace")


async def import_files(have: Services, caller: Caller, params: ImportParams) -> EstateLoad:
    """Bring in CSV and JSON files beside what is there, all of them or nothing."""

    def ci_id_of(code: str) -> str | None:
        item = have.estate.ci_by_code(caller.tenant_id, code)
        return item.ci_id if item else None

    caller.progress("reading the files")
    dataset = have.estate_sources.read_files(params.paths, ci_id_of=ci_id_of)
    return await _load(have, caller, dataset, mode="merge")


async def estate_summary(have: Services, caller: Caller, _: Nothing) -> EstateSummary:
    """Return how much of each there is, and from when to when."""
    return have.estate.summary(caller.tenant_id)


async def _load(
    have: Services, caller: Caller, dataset: EstateDataset, *, mode: Literal["merge", "replace"]
) -> EstateLoad:
    caller.progress("writing the estate")
    await asyncio.sleep(0)  # who wants to stop is heard before anything is written
    counts = have.estate_writer.load(caller.tenant_id, dataset, mode=mode, at=have.clock.now())
    return EstateLoad(dataset.source, counts)


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
SUMMARY: Final = read("estate.summary", Scope.RUNS_READ, Nothing, ESTATE_SUMMARY, estate_summary)
