"""The lists of runs: all that fit, and those that say something."""

from typing import Final

from pydantic import Field, ValidationInfo, field_validator

from domain.errors import AmbiguousRun, NotFound, NothingToSearch
from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.services import Services
from domain.ports import FoundFailures, FoundRuns, not_searched
from domain.run.summary import RunSummary
from domain.run_filter.fields import FINGERPRINT, RUN_FIELDS
from domain.run_filter.filter import RunFilter, all_of, equal, of_failure
from domain.run_filter.tokens import FilterRefused
from domain.values.fields import Name, Remark
from domain.views.run_list import RUNS

HOW_MANY: Final = Field(default=20, ge=1, le=1000, description="At most this many.")


class WhichRuns(Params):
    """Which runs are wanted: those that fit every field that is given."""

    query: str | None = Field(default=None, description="In the grammar of filters.")
    state: str | None = Field(default=None, description="Only runs in this state.")
    status: str | None = Field(
        default=None, description="Only runs that ended like this, or are in this state."
    )
    attention: bool = Field(
        default=False,
        description="Only runs that failed or were cut off, and that no fork or rerun made good.",
    )
    limit: int = HOW_MANY

    @field_validator("state", "status")
    @classmethod
    def _known(cls, word: str | None, field: ValidationInfo) -> str | None:
        allowed = RUN_FIELDS[str(field.field_name)].words
        if word is not None and word not in allowed:
            message = f"{word!r} does not exist; allowed: {', '.join(allowed)}"
            raise ValueError(message)
        return word


class PageOfRuns(WhichRuns):
    """Some of the runs, newest first; those older than `before` are the next page."""

    before: Name | None = Field(default=None, description="Only runs older than this one.")
    failure: Name | None = Field(
        default=None,
        description="Only runs with a failure of this kind, or with a call that has one.",
    )


class NoSuchFailures(NotFound):
    """No run has failures of this kind."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.args = (f"no run has a failure of kind {kind!r}; `run.failures` lists them",)


class Words(Params):
    """What is searched for."""

    text: Remark = Field(description="Words, each whole or begun.")
    before: Name | None = Field(default=None, description="Only runs older than this one.")
    limit: int = HOW_MANY


async def list_runs(have: Services, caller: Caller, params: PageOfRuns) -> list[RunSummary]:
    """Return the runs, newest first."""
    reader, tenant_id = have.reader, caller.tenant_id
    last = reader.resolve(tenant_id, params.before) if params.before else None
    where = _where(have, params)
    if params.failure is not None:
        such = of_failure(equal(FINGERPRINT, params.failure))
        if not reader.summaries(tenant_id, such, limit=1).summaries:
            raise NoSuchFailures(params.failure)
        where = all_of(such, where)
    found = reader.summaries(tenant_id, where, limit=params.limit, before=last)
    tell_beside(caller, found)
    return found.summaries


async def search_runs(have: Services, caller: Caller, params: Words) -> list[RunSummary]:
    """Return the runs whose question and answer have all the words, newest first."""
    reader, tenant_id = have.reader, caller.tenant_id
    last = reader.resolve(tenant_id, params.before) if params.before else None
    found = reader.search(tenant_id, params.text, limit=params.limit, before=last)
    tell_beside(caller, found)
    return found.summaries


def _where(have: Services, params: WhichRuns) -> RunFilter:
    return have.reader.where(
        params.query, state=params.state, status=params.status, needs_attention=params.attention
    )


def tell_beside(caller: Caller, found: FoundRuns | FoundFailures) -> None:
    """Tell how many of the newest events could not be searched, if any, and what is doubtful."""
    if found.unread_count:
        caller.tell(not_searched(found))
    for doubt in found.doubts:
        caller.doubt(doubt)


LIST_RUNS: Final = read(
    *("run.list", Scope.RUNS_READ, PageOfRuns, RUNS, list_runs),
    *(FilterRefused, NotFound, AmbiguousRun, NoSuchFailures),
)
SEARCH_RUNS: Final = read(
    *("run.search", Scope.RUNS_READ, Words, RUNS, search_runs),
    *(NothingToSearch, NotFound, AmbiguousRun),
)
