"""`opstrail run verify` and `opstrail run ablate`: the record driven again, nothing called."""

from pathlib import Path
from typing import Annotated, Final

import typer

from adapters.cli.commands.replays import verify_all
from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, Query, RunText, TextFormat, example
from adapters.cli.session import session_of

VERIFY_EXAMPLE: Final = example(
    "opstrail run verify latest",
    "opstrail run verify --all -q 'started > -7d'",
    "opstrail run verify --bundle run.zip",
)
ABLATE_EXAMPLE: Final = example("opstrail run ablate latest")


def verify(
    context: typer.Context,
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="One run; see `run show`.")
    ] = None,
    *,
    has_all: Annotated[
        bool, typer.Option("--all", help="Verify every run, or every one that --query fits.")
    ] = False,
    query: Query = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Verify the runs in a bundle; see `run export`."),
    ] = None,
    output: Output = TextFormat.TEXT,
) -> None:
    """Check that this opstrail decides as the record says; ends with 0 if so, else with 1.

    Every answer comes from the record: no tool is called. To verify one run leaves no trace; with
    --all it is a bulk replay: see `opstrail replay`. For a bundle no database is opened.
    """
    named = [run is not None, has_all, bundle is not None]
    if named.count(True) != 1 or (query is not None and not has_all):
        message = "name one run, or use --all, which --query may narrow down, or --bundle"
        raise typer.BadParameter(message)
    if run is not None:
        _verify_one(context, run, output)
    elif bundle is not None:
        _verify_bundle(context, bundle, output)
    else:
        verify_all(context, query, output)


def _verify_bundle(context: typer.Context, bundle: Path, output: TextFormat) -> None:
    import asyncio

    from adapters.bootstrap import bundled_record
    from adapters.cli.text.verify import show_verdicts
    from domain.replay.verify.verify import verify as verify_run

    histories, tools = bundled_record(bundle)
    verdicts = [asyncio.run(verify_run(history, tools)) for history in histories.values()]
    show_verdicts(session_of(context).screen, verdicts, output)
    is_same = all(verdict.is_same for verdict in verdicts)
    raise typer.Exit(ExitCode.OK if is_same else ExitCode.FAILED)


def _verify_one(context: typer.Context, run: str, output: TextFormat) -> None:
    from adapters.cli.text.verify import show_verdict
    from adapters.cli.text.views import show_view
    from domain.operations.run_views import OneRun
    from domain.operations.verification import VERIFY_RUN

    session = session_of(context)
    verdict = session.call(VERIFY_RUN, OneRun(run=run))
    show_view(session.screen, VERIFY_RUN.view, verdict, output=output, as_text=show_verdict)
    raise typer.Exit(ExitCode.OK if verdict.is_same else ExitCode.FAILED)


def ablate(context: typer.Context, run: RunText, output: Output = TextFormat.TEXT) -> None:
    """Show on which recorded result the answer hangs.

    One result at a time is replaced by an empty one, by an error, and by that of the run before of
    the same question; no tool is called.
    """
    from adapters.cli.text.verify import show_ablation
    from adapters.cli.text.views import show_view
    from domain.operations.run_views import OneRun
    from domain.operations.verification import ABLATE_RUN

    session = session_of(context)
    found = session.call(ABLATE_RUN, OneRun(run=run))
    show_view(session.screen, ABLATE_RUN.view, found, output=output, as_text=show_ablation)
