"""`opstrail run verify` and `opstrail run ablate`: the record driven again, nothing called."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.commands.replays import TITLE
from adapters.cli.completion import complete_run
from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Details, Ignore, Output, Query, RunText, example, regular_file
from adapters.cli.session import Session, session_of

app = typer.Typer()


@app.command(
    epilog=example(
        "opstrail run verify latest --details",
        "opstrail run verify --all -q 'started > -7d'",
        "opstrail run verify --bundle run.zip",
    )
)
def verify(
    context: typer.Context,
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]",
            help="One run; see `run show`.",
            autocompletion=complete_run,
        ),
    ] = None,
    *,
    has_all: Annotated[
        bool, typer.Option("--all", help="Verify every run, or every one that --query fits.")
    ] = False,
    query: Query = None,
    bundle: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            callback=regular_file,
            help="Verify the runs in a bundle; see `run export`.",
        ),
    ] = None,
    ignore: Ignore = None,
    details: Details = False,
    output: Output = "text",
) -> None:
    """Check that this opstrail decides as the record says; ends with 0 if so, else with 1.

    Every answer comes from the record: no tool is called. To verify one run leaves no trace; with
    --all it is a bulk replay: see `opstrail replay`. For a bundle no database is opened.
    """
    named = [run is not None, has_all, bundle is not None]
    if named.count(True) != 1 or (query is not None and not has_all):
        message = "name one run, or use --all, which --query may narrow down, or --bundle"
        raise typer.BadParameter(message)
    session, ignored = session_of(context), tuple(ignore or ())
    if has_all:
        is_same = _is_same_for_all(session, query, ignored, output)
    else:
        is_same = _is_same(session, run, bundle, ignored, output, has_details=details)
    raise typer.Exit(ExitCode.OK if is_same else ExitCode.FAILED)


def _is_same(
    session: Session,
    run: str | None,
    bundle: Path | None,
    ignore: tuple[str, ...],
    output: Output,
    *,
    has_details: bool,
) -> bool:
    """Verify and show the run, or else the bundle."""
    from adapters.cli.text.verify import show_verdict, show_verdicts
    from adapters.exporters.bundle_file import read_file
    from domain.operations.bundles import VERIFY_BUNDLE_RUNS, BundleToVerify
    from domain.operations.verification import VERIFY_RUN, RunToVerify

    if bundle is None:
        wanted = RunToVerify(run=run or "", ignore=ignore)
        as_text = partial(show_verdict, has_details=has_details)
        return session.show(VERIFY_RUN, wanted, output, as_text=as_text).is_same
    params = BundleToVerify(content=read_file(bundle), ignore=ignore)
    as_texts = partial(show_verdicts, has_details=has_details)
    verdicts = session.show(VERIFY_BUNDLE_RUNS, params, output, as_text=as_texts)
    return all(verdict.is_same for verdict in verdicts)


def _is_same_for_all(
    session: Session, query: str | None, ignore: tuple[str, ...], output: Output
) -> bool:
    from adapters.cli.text.replays import show_verified, tell_ending
    from domain.operations.bulk_replays import VERIFY_ALL, RunsToVerify
    from domain.views.bulk_replay import VERDICTS

    found = session.call(VERIFY_ALL, RunsToVerify(query=query or "", ignore=ignore), title=TITLE)
    if found is None:
        return True
    code = tell_ending(session.screen, found)
    session.screen.show_view(VERDICTS, found, output, as_text=show_verified)
    if code is not ExitCode.OK:
        raise typer.Exit(code)
    return found.is_same


@app.command(epilog=example("opstrail run ablate latest"))
def ablate(context: typer.Context, run: RunText, output: Output = "text") -> None:
    """Show on which recorded results the answer hangs, and how it changes without them.

    One result at a time is replaced by an empty one, by an error, and by that of the run before of
    the same question; no tool is called.
    """
    from adapters.cli.text.ablation import show_ablation
    from domain.operations.one_run import OneRun
    from domain.operations.verification import ABLATE_RUN

    session_of(context).show(ABLATE_RUN, OneRun(run=run), output, as_text=show_ablation)
