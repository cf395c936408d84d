"""The lists of runs: all that fit, the kinds of their errors, and those that say something."""

from typing import Final

from pydantic import Field, ValidationInfo, field_validator

from domain.errors import AmbiguousRun, NotFound, NothingToSearch
from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.services import Services
from domain.ports import ErrorGroup
from domain.run.summary import RunSummary
from domain.run_filter.fields import RUN_FIELDS
from domain.run_filter.filter import RunFilter
from domain.run_filter.tokens import FilterRefused
from domain.views.run_list import ERRORS, RUNS

HOW_MANY: Final = Field(default=20, ge=1, le=1000, description="At most this many.")


class WhichRuns(Params):
    """Which runs are wanted: those that fit every field that is given."""

    query: str | None = Field(default=None, description="See docs/reference/run-filter.md.")
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

    before: str | None = Field(default=None, description="Only runs older than this one.")


class Words(Params):
    """What is searched for."""

    text: str = Field(description="Words, each whole or begun.")
    limit: int = HOW_MANY


async def list_runs(have: Services, caller: Caller, params: PageOfRuns) -> list[RunSummary]:
    """Return the runs, newest first."""
    reader, tenant_id = have.reader, caller.tenant_id
    last = reader.resolve(tenant_id, params.before) if params.before else None
    where = _where(have, params)
    found = reader.summaries(tenant_id, where, limit=params.limit, before=last)
    _tell_unread(caller, found.unread_count)
    return found.summaries


async def list_errors(have: Services, caller: Caller, params: WhichRuns) -> list[ErrorGroup]:
    """Return the kinds of errors of the runs, the most frequent first."""
    found = have.reader.errors(caller.tenant_id, _where(have, params), limit=params.limit)
    _tell_unread(caller, found.unread_count)
    return found.groups


async def search_runs(have: Services, caller: Caller, params: Words) -> list[RunSummary]:
    """Return the runs whose question and answer have all the words, newest first."""
    found = have.reader.search(caller.tenant_id, params.text, limit=params.limit)
    _tell_unread(caller, found.unread_count)
    return found.summaries


def _where(have: Services, params: WhichRuns) -> RunFilter:
    return have.reader.where(
        params.query, state=params.state, status=params.status, needs_attention=params.attention
    )


def _tell_unread(caller: Caller, unread_count: int) -> None:
    if unread_count:
        caller.tell(f"The newest {unread_count} events were not searched; search again.")


LIST_RUNS: Final = read(
    "run.list", Scope.RUNS_READ, PageOfRuns, RUNS, list_runs, FilterRefused, NotFound, AmbiguousRun
)
LIST_ERRORS: Final = read(
    "run.errors", Scope.RUNS_READ, WhichRuns, ERRORS, list_errors, FilterRefused
)
SEARCH_RUNS: Final = read("run.search", Scope.RUNS_READ, Words, RUNS, search_runs, NothingToSearch)
