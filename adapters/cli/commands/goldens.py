"""`opstrail golden`: runs that are pinned by a name, and later ones judged by them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import ListFormat, Output, RunText, TextFormat, example
from adapters.cli.session import Session, session_of
from domain.replay.golden.mode import Mode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.services.goldens import Checked

app = typer.Typer(
    no_args_is_help=True,
    help="Pin runs by a name, and judge the engine and later runs by them.",
    epilog=example("opstrail golden pin latest --name servers", "opstrail golden check"),
)

_CHECK_EXAMPLE: Final = example(
    "opstrail golden check --junit golden.xml",
    "opstrail golden check servers impact --mode rerun --strict",
)


def _in_a_folder(file: Path | None) -> Path | None:
    """Refuse what cannot be written before anything runs."""
    if file and (file.is_dir() or not file.parent.is_dir()):
        message = f"{file} cannot be a file: it is a folder, or its folder is not there"
        raise typer.BadParameter(message)
    return file


NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of a golden run.")]


@app.command(
    epilog=example(
        "opstrail golden pin latest --name servers",
        "opstrail golden pin 5f1c0a2e --name cpu --threshold answer=off "
        "--threshold values_percent=10",
    )
)
def pin(
    context: typer.Context,
    run: RunText,
    name: Annotated[
        str, typer.Option(metavar="NAME", help="Letters, digits, and _ . / - inside.")
    ],
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help="How far a run may be from this one; see docs/reference/golden.md.",
        ),
    ] = None,
) -> None:
    """Pin a completed or rejected run by a name; a run that had the name loses it."""
    from domain.replay.golden.thresholds import parse_thresholds

    session, thresholds = session_of(context), parse_thresholds(threshold or ())
    with session.open() as opstrail:
        run_id = opstrail.reader.resolve(session.tenant_id, run)
        pinned = opstrail.golden_desk.pin(run_id, name, thresholds, session.authorship())
    if pinned.former_name:
        session.screen.tell(f"{run_id} was golden run {pinned.former_name!r}; it no longer is")
    for other in pinned.moved_from:
        session.screen.tell(f"{name!r} was {other}; it no longer is")
    session.screen.show(f"{run_id} is golden run {name}")


@app.command(epilog=example('opstrail golden unpin servers --reason "the estate has changed"'))
def unpin(
    context: typer.Context,
    name: NameArgument,
    reason: Annotated[str | None, typer.Option(help="Why; it is recorded.")] = None,
) -> None:
    """Take a name away; the run stays."""
    session = session_of(context)
    with session.open() as opstrail:
        for run_id in opstrail.golden_desk.unpin(name, reason, session.authorship()):
            session.screen.show(f"{run_id} is no longer golden run {name}")


@app.command("list", epilog=example("opstrail golden list"))
def list_goldens(
    context: typer.Context,
    output: Annotated[
        ListFormat, typer.Option("--output", "-o", help="How to print it.")
    ] = ListFormat.TABLE,
) -> None:
    """List the golden runs by their names."""
    from adapters.cli.text.goldens import show_goldens

    session = session_of(context)
    with session.open() as opstrail:
        found = opstrail.goldens.all(session.tenant_id)
    show_goldens(session.screen, found, output)


@app.command(epilog=example("opstrail golden show servers"))
def show(context: typer.Context, name: NameArgument, output: Output = TextFormat.TEXT) -> None:
    """Show a golden run and its thresholds."""
    from adapters.cli.text.goldens import show_golden

    session = session_of(context)
    with session.open() as opstrail:
        (golden,) = opstrail.goldens.named(session.tenant_id, [name])
    show_golden(session.screen, golden, output)


@app.command(epilog=_CHECK_EXAMPLE)
def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Which; all by default.")
    ] = None,
    mode: Annotated[
        Mode,
        typer.Option(
            help="verify: the engine goes over the record, nothing is called. rerun: the plan is "
            "run again, all calls live, and the new run is kept."
        ),
    ] = Mode.VERIFY,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 on WARN, too.")] = False,
    junit: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", callback=_in_a_folder, help="Write a report in JUnit's XML, too."
        ),
    ] = None,
    output: Output = TextFormat.TEXT,
) -> None:
    """Judge golden runs: PASS, WARN or FAIL; ends with 1 when one fails, or there is none."""
    from adapters.cli.text.goldens import show_checked
    from adapters.cli.text.junit import write_junit
    from domain.replay.golden.rules import Grade

    session = session_of(context)
    checked = (_verified if mode is Mode.VERIFY else _run_again)(session, names or ())
    failing = {Grade.FAIL, Grade.WARN} if strict else {Grade.FAIL}
    show_checked(session.screen, checked, output)
    if junit:
        write_junit(junit, checked, failing=failing)
    has_failed = any(each.judgement.grade in failing for each in checked)
    raise typer.Exit(ExitCode.FAILED if has_failed else ExitCode.OK)


def _verified(session: Session, names: "Sequence[str]") -> "list[Checked]":
    import asyncio

    with session.screen.progress("Checking") as tell, session.open() as opstrail:
        goldens, tools = opstrail.goldens, opstrail.known_tools
        checked: list[Checked] = []
        for golden in goldens.to_check(session.tenant_id, names):
            tell(golden.name)
            checked.append(asyncio.run(goldens.verify(golden, tools)))
    return checked


def _run_again(session: Session, names: "Sequence[str]") -> "list[Checked]":
    import asyncio

    from adapters.cli.commands.outcome import recover_lost_runs

    with session.open() as opstrail:
        to_check = opstrail.goldens.to_check(session.tenant_id, names)
        recover_lost_runs(session, opstrail)
        desk, by = opstrail.golden_desk, session.authorship()
        checked: list[Checked] = []
        with session.screen.progress("Checking") as tell:
            for golden in to_check:
                tell(golden.name)
                checked.append(asyncio.run(desk.rerun(golden, by)))
    return checked
