"""`opstrail log`: the record of all runs, its proof, and its way into another database."""

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.completion import complete_run
from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, example, json_of, regular_file
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from domain.views.log import LogMark

app = typer.Typer()


@app.command(
    epilog=example(
        "opstrail log verify",
        "opstrail log verify --resume verified.json",
        "opstrail log verify --no-projections",
        "opstrail log verify --run latest",
    )
)
def verify(
    context: typer.Context,
    since: Annotated[
        int | None,
        typer.Option(min=0, metavar="POSITION", help="Believe the log up to this position."),
    ] = None,
    run: Annotated[
        str | None,
        typer.Option(
            metavar="RUN",
            help="Verify the events of one run only.",
            autocompletion=complete_run,
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Go on where the last verification with this file came to."
        ),
    ] = None,
    projections: Annotated[
        bool | None,
        typer.Option(
            "--projections/--no-projections",
            help="Build every projection again, and compare its rows."
            " \\[default: only with the whole log]",
        ),
    ] = None,
    output: Output = "text",
) -> None:
    """Recompute every hash of the log and say whether it is as it was written."""
    from adapters.cli.text.logs import show_log_report, show_run_proof
    from domain.operations.log import VERIFY_LOG, VerifyLog
    from domain.operations.one_run import OneRun
    from domain.operations.run_views.record import PROVE_RUN

    if sum(choice is not None for choice in (since, run, resume)) > 1:
        message = "use one of --since, --run and --resume"
        raise typer.BadParameter(message)
    session = session_of(context)
    if run is not None:
        session.show(PROVE_RUN, OneRun(run=run), output, as_text=show_run_proof)
        return
    after = since or 0 if resume is None else _saved_mark(resume)
    save = None if resume is None else partial(_save_mark, resume)
    asked = VerifyLog(since=after, projections=projections)
    report = session.call(VERIFY_LOG, asked, title="Verifying", reached=save)
    session.screen.show_view(VERIFY_LOG.view, report, output, as_text=show_log_report)
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.FAILED)


@app.command(epilog=example("opstrail log export log.jsonl.zst --zstd"))
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    zstd: Annotated[bool, typer.Option("--zstd", help="Compress it with Zstandard.")] = False,
) -> None:
    """Write the log of all tenants to a file, every event with its hashes."""
    from domain.operations.log import EXPORT_LOG, ExportLog
    from domain.views.log import hash_sentence

    session = session_of(context)
    asked = ExportLog(path=str(file), is_compressed=zstd)
    mark = session.call(EXPORT_LOG, asked, title="Exporting")
    session.screen.show(f"Exported {mark.position} events to {file}.", hash_sentence(mark))


@app.command(
    "import", epilog=example("opstrail --database postgresql://host/ops log import log.jsonl.zst")
)
def import_(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", callback=regular_file, help="A file of `log export`.")
    ],
) -> None:
    """Read an exported log into an empty database: the same positions, batches and hashes.

    All of it is imported, or nothing: one that was refused or interrupted leaves nothing.
    """
    from domain.operations.log import IMPORT_LOG, ImportLog
    from domain.views.log import hash_sentence

    session = session_of(context)
    mark = session.call(IMPORT_LOG, ImportLog(path=str(file)), title="Importing")
    done = f"The database has the {mark.position} events of {file}."
    session.screen.show(done, hash_sentence(mark))


def _saved_mark(path: Path) -> "LogMark":
    """Return the mark in the file, or the beginning when there is no file yet."""
    from domain.views.log import LOG_MARK, LOG_START

    if not path.exists():
        return LOG_START
    try:
        return LOG_MARK.from_json(json_of(path, option="--resume"))
    except ValueError:
        message = (
            f"{path} does not say where a verification came to:"
            " a position, and a log_hash of 64 hexadecimal digits"
        )
        raise typer.BadParameter(message, param_hint="--resume") from None


def _save_mark(path: Path, mark: "LogMark") -> None:
    from domain.views.log import LOG_MARK

    beside = path.with_name(f"{path.name}.new")
    beside.write_text(json.dumps(LOG_MARK.to_json(mark)) + "\n", encoding="utf-8")
    beside.replace(path)
