"""The operation on the operator log: who asked for what, and whether they might."""

from typing import Final

from pydantic import Field

from domain.operations.operation import Caller, Params, Scope, read
from domain.operations.run_lists import HOW_MANY
from domain.operations.services import Services
from domain.operator_log.fields import AUDIT_FIELDS
from domain.run_filter.filter import EVERY_RUN, RunFilter
from domain.run_filter.parser import parse_filter
from domain.run_filter.tokens import FilterRefused
from domain.views.audit import AUDIT, AuditLine, audit_line


class WhichEntries(Params):
    """Which entries are wanted: those that fit, newest first."""

    query: str | None = Field(
        default=None,
        description="A filter as of runs, on the fields " + ", ".join(AUDIT_FIELDS) + ".",
    )
    before: int | None = Field(default=None, ge=1, description="Only those before this position.")
    limit: int = HOW_MANY


async def list_entries(have: Services, caller: Caller, params: WhichEntries) -> list[AuditLine]:
    """Return who asked for what, newest first."""
    now = have.clock.now().astimezone(have.zone)
    where: RunFilter = EVERY_RUN
    if params.query is not None:
        where = parse_filter(params.query, now=now, fields=AUDIT_FIELDS)
    found = have.identity.audit_rows.entries(
        caller.tenant_id, where, limit=params.limit, before=params.before
    )
    for doubt in found.doubts:
        caller.doubt(doubt)
    return [audit_line(each) for each in found.events]


LIST_ENTRIES: Final = read(
    "audit.list", Scope.AUDIT_READ, WhichEntries, AUDIT, list_entries, FilterRefused
)
