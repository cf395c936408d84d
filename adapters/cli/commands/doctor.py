"""`opstrail doctor`: does the record hold?"""

from typing import TYPE_CHECKING

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, TextFormat, example
from adapters.cli.screen import Screen
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from infrastructure.doctor.examination import Examination

EXAMPLE = example("opstrail doctor", "opstrail doctor -o json")


def doctor(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """Try to break the record with the service's own rights, and say what stopped each attempt.

    Everything is rolled back.
    """
    from adapters.database_work import examine_database

    session = session_of(context)
    with session.screen.progress("Examining"):
        examination = examine_database(session.database_url)
    if output is TextFormat.JSON:
        session.screen.show_json(examination, is_sound=examination.is_sound)
    else:
        _show(session.screen, examination)
    raise typer.Exit(ExitCode.OK if examination.is_sound else ExitCode.FAILED)


def _show(screen: Screen, examination: "Examination") -> None:
    from adapters.cli.text.tables import table_of

    attempts = [
        (each.what, each.layer.value, each.verdict.value, each.answer)
        for each in examination.attempts
    ]
    looked_at = [(each.name, each.found, each.problem or "ok") for each in examination.conditions]
    screen.show(table_of(("attempt", "layer", "result", "answer"), attempts), "")
    screen.show(table_of(("condition", "found", "result"), looked_at), "")
    screen.show("Sound." if examination.is_sound else "Not sound: see the results above.")
