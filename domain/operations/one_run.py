"""Which run is meant, and as it was when."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import Field

from domain.aggregate.event import removals_of, tell_removed
from domain.errors import AmbiguousRun, NotAMoment, NotFound
from domain.operations.operation import Caller, Operation, Params, Scope, read
from domain.operations.services import Services
from domain.run.events import HistoryEntry
from domain.values.fields import Name, Reason
from domain.views.json_form import View

if TYPE_CHECKING:
    from domain.views.run import RunDetails

WHICH: Final = Field(
    description="A run's id, a part that begins or ends only one id, or `latest`."
)
WHEN: Final = Field(default=None, description="A version, or a time such as -5m; None is now.")
NOT_THERE: Final = (NotFound, AmbiguousRun, NotAMoment)

V = TypeVar("V")


class OneRun(Params):
    """A run."""

    run: Name = WHICH


class RunAt(OneRun):
    """A run, and the moment at which it is looked at."""

    at: Name | None = WHEN


class RunAndReason(OneRun):
    """A run, and why something is done to it."""

    reason: Reason


def details_told(have: Services, caller: Caller, run_id: str) -> "RunDetails":
    """Return how a run is after its last event, and tell what was removed from that one."""
    from domain.views.run import run_details  # noqa: PLC0415 - for few of those that come here

    return run_details(history_told(have, caller, run_id))


def history_told(have: Services, caller: Caller, run_id: str) -> list[HistoryEntry]:
    """Return the history of a run, and tell what was removed from its last event."""
    history = have.reader.history(caller.tenant_id, run_id)
    tell_removed(removals_of([history[-1].event]), caller.tell)
    return history


def seen_as(
    name: str,
    view: View[V],
    shown: Callable[[list[HistoryEntry]], V],
    *,
    scope: Scope = Scope.RUNS_READ,
) -> Operation[RunAt, V]:
    """Return the read that shows a run as it was at a moment, made from its history until then.

    What has whole results of calls is of the scope of payloads.
    """

    async def show(have: Services, caller: Caller, params: RunAt) -> V:
        return shown(have.reader.find(caller.tenant_id, params.run, at=params.at))

    return read(name, scope, RunAt, view, show, *NOT_THERE)
