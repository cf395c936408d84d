"""`opstrail golden`: runs that are pinned by a name, and later ones judged by them."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from adapters.cli.exit_codes import ExitCode
from adapters.cli.options import (
    ColumnNames,
    Details,
    Ignore,
    ListOutput,
    Output,
    RunText,
    example,
)
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.json import JsonMap

app = typer.Typer()


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
            help="How far a run may be from this one, such as answer=numbers.",
        ),
    ] = None,
    wrong: Annotated[
        bool,
        typer.Option("--wrong", help="Keep a run that is flagged as wrong, until it is right."),
    ] = False,
) -> None:
    """Pin a completed or rejected run by a name; a run that had the name loses it.

    One that is kept with --wrong fails while its answer stays, warns when it is another one, and
    passes once it is that of a run which is flagged as right.
    """
    from adapters.cli.text.goldens import show_pinned
    from domain.operations.goldens import PIN_GOLDEN, Pin

    session, given = session_of(context), _given(threshold or ())
    pinned = Pin(run=run, name=name, thresholds=given, is_wrong=wrong)
    show_pinned(session.screen, session.call(PIN_GOLDEN, pinned))


@app.command(epilog=example('opstrail golden unpin servers --reason "the estate has changed"'))
def unpin(
    context: typer.Context,
    name: NameArgument,
    reason: Annotated[str | None, typer.Option(help="Why; it is recorded.")] = None,
) -> None:
    """Take a name away; the run stays."""
    from adapters.cli.text.goldens import show_unpinned
    from domain.operations.goldens import UNPIN_GOLDEN, Unpin

    session = session_of(context)
    show_unpinned(session.screen, session.call(UNPIN_GOLDEN, Unpin(name=name, reason=reason)))


@app.command("list", epilog=example("opstrail golden list"))
def list_goldens(
    context: typer.Context, output: ListOutput = "table", columns: ColumnNames = None
) -> None:
    """List the golden runs by their names."""
    from adapters.cli.text.goldens import GOLDENS_TEXT
    from domain.operations.goldens import LIST_GOLDENS

    session, as_text = session_of(context), GOLDENS_TEXT.shown_as(output)
    params = LIST_GOLDENS.params()
    session.show(LIST_GOLDENS, params, output, as_text=as_text, columns=columns)


@app.command(epilog=example("opstrail golden show servers"))
def show(context: typer.Context, name: NameArgument, output: Output = "text") -> None:
    """Show a golden run and its thresholds."""
    from adapters.cli.text.goldens import show_golden
    from domain.operations.goldens import SHOW_GOLDEN, GoldenName

    session_of(context).show(SHOW_GOLDEN, GoldenName(name=name), output, as_text=show_golden)


@app.command(
    epilog=example(
        "opstrail golden check --junit golden.xml",
        "opstrail golden check servers impact --mode rerun --strict",
    )
)
def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="Which; all by default.")
    ] = None,
    *,
    mode: Annotated[
        Literal["verify", "rerun"],
        typer.Option(
            help="verify: the engine goes over the record, nothing is called. rerun: the plan is "
            "run again, all calls live, and the new run is kept."
        ),
    ] = "verify",
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 on WARN, too.")] = False,
    junit: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", callback=_in_a_folder, help="Write a report in JUnit's XML, too."
        ),
    ] = None,
    ignore: Ignore = None,
    details: Details = False,
    output: Output = "text",
) -> None:
    """Judge golden runs: PASS, WARN or FAIL; ends with 1 when one fails, or there is none."""
    from adapters.cli.text.goldens import show_checked
    from adapters.exporters.junit import write_junit
    from domain.operations.goldens import CHECK_GOLDENS, CHECK_GOLDENS_LIVE, GoldenNames
    from domain.views.golden import Grade

    session = session_of(context)
    asked = GoldenNames(names=tuple(names or ()), ignore=tuple(ignore or ()))
    as_text = partial(show_checked, has_details=details)
    operation = CHECK_GOLDENS if mode == "verify" else CHECK_GOLDENS_LIVE
    checked = session.show(operation, asked, output, as_text=as_text, title="Checking")
    failing = {Grade.FAIL, Grade.WARN} if strict else {Grade.FAIL}
    if junit:
        write_junit(junit, checked, failing=failing)
    has_failed = any(each.judgement.grade in failing for each in checked)
    raise typer.Exit(ExitCode.FAILED if has_failed else ExitCode.OK)


def _given(thresholds: "Iterable[str]") -> "JsonMap":
    """Return the thresholds that texts such as `answer=numbers` give."""
    given: JsonMap = {}
    for text in thresholds:
        key, equals, value = text.partition("=")
        if not equals or key in given:
            wrong = f"threshold {key!r} is given twice" if equals else f"{text!r} is no threshold"
            message = f"{wrong}; give each once, such as answer=numbers"
            raise typer.BadParameter(message, param_hint="--threshold")
        given[key] = value
    return given
