"""The history that a view is of: a run, and the moment at which it is looked at."""

from typing import TYPE_CHECKING

from adapters.cli.session import Session

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.aggregate.envelope import RecordedEvent
    from domain.run.events import HistoryEntry
    from domain.views.moment import Moment


def history_at(session: Session, run: str, at: str | None = None) -> "list[HistoryEntry]":
    """Return what happened up to a moment (None = all), decoded, large results filled in.

    Raises `NotAMoment`, and what `RunReader.resolve` and `RunReader.history` raise.
    """
    with session.open() as opstrail:
        moment = _moment(opstrail, at)
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        return opstrail.reader.history(session.tenant_id, run_id, at=moment)


def events_at(session: Session, run: str, at: str | None) -> "list[RecordedEvent]":
    """Return the same events as they are stored. Raises like `history_at`."""
    with session.open() as opstrail:
        moment = _moment(opstrail, at)
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        return opstrail.reader.events(session.tenant_id, run_id, at=moment)


def _moment(opstrail: "Opstrail", at: str | None) -> "Moment | None":
    from domain.views.moment import moment_of

    return None if at is None else moment_of(at, now=opstrail.clock.now())
