"""Runs whose worker is gone, as text."""

from typing import Final

from adapters.cli.text.tables import ListText
from domain.views.run import LostRun

LOST_RUNS_TEXT: Final[ListText[LostRun]] = ListText(
    columns=("run", "state", "question", "why"),
    row=lambda lost: (lost.run, lost.state, lost.question, lost.why),
    id_of=lambda lost: lost.run,
    when_empty="No run is lost.",
)
