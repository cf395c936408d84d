"""`opstrail run diagnose`: why a run failed, was slow or may mislead."""

from typing import TYPE_CHECKING, Final

import typer

from adapters.cli.options import Output, RunText, TextFormat, example
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from adapters.bootstrap import Opstrail
    from domain.replay.compare.compare import Comparison
    from domain.replay.diagnosis.case import Case
    from domain.replay.diagnosis.estate_changes import EstateChange
    from domain.run.events import HistoryEntry

EXAMPLE: Final = example("opstrail run diagnose latest")


def diagnose(context: typer.Context, run: RunText, output: Output = TextFormat.TEXT) -> None:
    """Say what may be behind how a run went, the most certain first.

    Rules look at its events, at the last good run of the same question, and at what happened to
    the items of the answer in the 24 hours before. Each reason names the events that support it.
    """
    from adapters.cli.text.diagnose import show_diagnosis
    from domain.replay.diagnosis.diagnose import diagnose as diagnosed

    session = session_of(context)
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        case = _case(opstrail, session.tenant_id, run_id)
    show_diagnosis(session.screen, diagnosed(case), output)


def _case(opstrail: "Opstrail", tenant_id: str, run_id: str) -> "Case":
    from domain.replay.diagnosis.case import Case

    history = opstrail.reader.history(tenant_id, run_id)
    return Case(
        history,
        since_last_good=_since_last_good(opstrail, history),
        changes=_changes(opstrail, history),
    )


def _since_last_good(opstrail: "Opstrail", history: "list[HistoryEntry]") -> "Comparison | None":
    from domain.replay.compare.compare import compare
    from domain.replay.compare.counterparts import last_good_run

    first = history[0].envelope
    summary = opstrail.reader.summary(first.tenant_id, first.stream_id)
    good = last_good_run(opstrail.reader, summary)
    if good is None:
        return None
    return compare(opstrail.reader.history(good.tenant_id, good.run_id), history)


def _changes(opstrail: "Opstrail", history: "list[HistoryEntry]") -> "list[EstateChange]":
    from domain.replay.diagnosis.case import anchored_at
    from domain.replay.diagnosis.estate_changes import recent_changes, referenced_items

    return recent_changes(
        opstrail.estate,
        history[0].envelope.tenant_id,
        list(referenced_items(history)),
        before=anchored_at(history),
    )
