"""A diagnosis as text."""

from collections.abc import Iterator
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen, printable
from domain.run.summary import outcome_of
from domain.views.diagnosis import Confidence, Diagnosis, Hypothesis

_STYLES: Final = {
    Confidence.CERTAIN: "bold red",
    Confidence.LIKELY: "bold yellow",
    Confidence.POSSIBLE: "bold",
}


def show_diagnosis(screen: Screen, diagnosis: Diagnosis) -> None:
    """Print the run and each reason with its evidence and what to do next."""
    run = diagnosis.run
    screen.show(Text(printable(f"{run.run_id}: {outcome_of(run)}. {run.question}")))
    if not diagnosis.hypotheses:
        screen.show("Nothing stands out.")
    for hypothesis in diagnosis.hypotheses:
        screen.show("", *_lines(hypothesis))


def _lines(hypothesis: Hypothesis) -> Iterator[Text]:
    yield Text.assemble(
        (f"{hypothesis.confidence:<8}  ", _STYLES[hypothesis.confidence]),
        (hypothesis.rule, "bold"),
    )
    yield Text(printable(f"  {hypothesis.sentence}"))
    events = ", ".join(map(str, hypothesis.evidence)) or "none of this run"
    yield Text(f"  events: {events}", style="dim")
    if hypothesis.next_step:
        yield Text(printable(f"  next: {hypothesis.next_step}"), style="cyan")
