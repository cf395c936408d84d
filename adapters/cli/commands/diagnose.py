"""`opstrail run diagnose`: why a run failed, was slow or may mislead."""

from typing import Final

import typer

from adapters.cli.options import Output, RunText, TextFormat, example
from adapters.cli.session import session_of

EXAMPLE: Final = example("opstrail run diagnose latest")


def diagnose(context: typer.Context, run: RunText, output: Output = TextFormat.TEXT) -> None:
    """Say what may be behind how a run went, the most certain first.

    Rules look at its events, at the last good run of the same question, and at what happened to
    the items of the answer in the 24 hours before. Each reason names the events that support it.
    """
    from adapters.cli.text.diagnose import show_diagnosis
    from adapters.cli.text.views import show_view
    from domain.operations.comparisons import DIAGNOSE_RUN
    from domain.operations.run_views import OneRun

    session = session_of(context)
    found = session.call(DIAGNOSE_RUN, OneRun(run=run))
    show_view(session.screen, DIAGNOSE_RUN.view, found, output=output, as_text=show_diagnosis)
