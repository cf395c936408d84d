"""`opstrail log`: the record of all runs, its proof, and its way into another database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import Output, TextFormat, example
from adapters.cli.session import Session, session_of

if TYPE_CHECKING:
    from adapters.database_work import LogMark, LogProgress, LogReport

app = typer.Typer(
    no_args_is_help=True,
    help="Verify, export and import the record of all runs.",
    epilog=example("opstrail log verify"),
)


@app.command(
    epilog=example(
        "opstrail log verify",
        "opstrail log verify --resume verified.json",
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
        str | None, typer.Option(metavar="RUN", help="Verify the events of one run only.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Go on where the last verification with this file came to."
        ),
    ] = None,
    output: Output = TextFormat.TEXT,
) -> None:
    """Recompute every hash of the log and say whether it is as it was written."""
    if sum(choice is not None for choice in (since, run, resume)) > 1:
        message = "use one of --since, --run and --resume"
        raise typer.BadParameter(message)
    session = session_of(context)
    if run is not None:
        _verify_run(session, run, output)
        return
    from adapters.cli.text.logs import show_log_report

    report = _verify_log(session, since, resume)
    show_log_report(session.screen, report, output)
    raise typer.Exit(ExitCode.OK if report.is_sound else ExitCode.FAILED)


@app.command(epilog=example("opstrail log export log.jsonl.zst --zstd"))
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    zstd: Annotated[bool, typer.Option("--zstd", help="Compress it with Zstandard.")] = False,
) -> None:
    """Write the log of all tenants to a file, every event with its hashes."""
    from adapters.cli.text.logs import hash_text
    from adapters.database_work import export_log

    session = session_of(context)
    with session.screen.progress("Exporting") as tell:
        mark = export_log(
            session.database_url,
            file,
            is_compressed=zstd,
            on_progress=lambda position: tell(f"position {position}"),
        )
    session.screen.show(f"Exported {mark.position} events to {file}.", hash_text(mark))


@app.command(
    "import", epilog=example("opstrail --database postgresql://host/ops log import log.jsonl.zst")
)
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `log export`.")],
) -> None:
    """Read an exported log into an empty database: the same positions, batches and hashes.

    An import that was interrupted goes on when it is repeated.
    """
    from adapters.cli.text.logs import hash_text
    from adapters.database_work import import_log

    session = session_of(context)
    with session.screen.progress("Importing") as tell:
        mark = import_log(
            session.database_url, file, on_progress=lambda position: tell(f"position {position}")
        )
    done = f"The database has the {mark.position} events of {file}."
    session.screen.show(done, hash_text(mark))


def _verify_log(session: Session, since: int | None, resume: Path | None) -> "LogReport":
    from adapters.database_work import verify_log

    after = since if resume is None else _saved_mark(resume)
    with session.screen.progress("Verifying") as tell:
        note = _progress_of(tell, resume)
        report = verify_log(session.database_url, after or 0, on_progress=note)
    if resume is not None and report.is_sound:
        _save_mark(resume, report.verified_to)
    return report


def _progress_of(
    tell: Callable[[str], None], resume: Path | None
) -> "Callable[[LogProgress], None]":
    def note(progress: "LogProgress") -> None:
        if resume is not None:
            _save_mark(resume, progress.verified_to)
        tell(f"position {progress.verified_to.position} of {progress.last_position}")

    return note


def _verify_run(session: Session, run: str, output: TextFormat) -> None:
    from adapters.cli.text.logs import show_run_proof
    from domain.operations.run_views import PROVE_RUN, OneRun

    session.show(PROVE_RUN, OneRun(run=run), output, as_text=show_run_proof)


def _saved_mark(path: Path) -> "LogMark | None":
    """Return the mark in the file, or None when there is no file yet."""
    from adapters.database_work import LogMark

    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        return LogMark(int(saved["position"]), bytes.fromhex(saved["log_hash"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path} does not say where a verification came to: {error!r}"
        raise typer.BadParameter(message, param_hint="--resume") from None


def _save_mark(path: Path, mark: "LogMark") -> None:
    beside = path.with_name(f"{path.name}.new")
    saved = {"position": mark.position, "log_hash": mark.log_hash.hex()}
    beside.write_text(json.dumps(saved) + "\n", encoding="utf-8")
    beside.replace(path)
