"""`opstrail run annotate`, `flag` and `erase`: what people do to a run that has ended."""

from typing import Annotated, Literal

import typer

from adapters.cli.options import Output, RunText, example, taken_by
from adapters.cli.session import session_of
from domain.values.text import REMARK

app = typer.Typer()


@app.command(epilog=example('opstrail run annotate latest "the disk was full that day"'))
def annotate(
    context: typer.Context,
    run: RunText,
    text: Annotated[
        str,
        typer.Argument(metavar="TEXT", callback=taken_by(REMARK), help="The remark; quote it."),
    ],
    output: Output = "text",
) -> None:
    """Write a remark beside a run that has ended; its history shows it."""
    from domain.operations.notes import ANNOTATE_RUN, AnnotateParams

    session_of(context).show(
        ANNOTATE_RUN,
        AnnotateParams(run=run, text=text),
        output,
        as_text=lambda screen, run: screen.show(f"{run.run_id} has the remark"),
    )


@app.command(
    epilog=example(
        "opstrail run flag latest right",
        'opstrail run flag 5f1c0a2e wrong --note "one is missing"',
    )
)
def flag(
    context: typer.Context,
    run: RunText,
    verdict: Annotated[
        Literal["right", "wrong", "unclear"],
        typer.Argument(metavar="VERDICT", help="right, wrong or unclear."),
    ],
    note: Annotated[str | None, typer.Option(help="Why; it is recorded.")] = None,
    output: Output = "text",
) -> None:
    """Say whether the answer of a run that has ended is right; the last word counts.

    `run list -q 'flag = wrong'` finds such runs; `golden pin --wrong` keeps one as a question to
    get right.
    """
    from domain.operations.notes import FLAG_RUN, FlagParams

    session_of(context).show(
        FLAG_RUN,
        FlagParams(run=run, verdict=verdict, note=note),
        output,
        as_text=lambda screen, run: screen.show(f"{run.run_id} is flagged as {run.flag}"),
    )


@app.command(
    epilog=example(
        "opstrail run erase latest graph --preview",
        'opstrail run erase 5f1c0a2e graph --reason "names of customers"',
    )
)
def erase(
    context: typer.Context,
    run: RunText,
    call: Annotated[str, typer.Argument(metavar="CALL", help="The id of a call of the run.")],
    *,
    reason: Annotated[
        str | None,
        typer.Option(help="Why; it is recorded with who did it."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would be erased; do nothing.")
    ] = False,
    output: Output = "text",
) -> None:
    """Erase the large result of a call for good; the record says who did it, when and why.

    Every run of the tenant with the same result loses it, and gets the record of it. Repeat the
    command when it was interrupted. What the answer quotes of the result stays.
    """
    from adapters.cli.text.erasure import show_erasure
    from domain.operations.erasures import ERASE_PREVIEW, ERASE_RESULT, EraseParams, OneCall

    session = session_of(context)
    if preview:
        asked = OneCall(run=run, call=call)
        session.show(ERASE_PREVIEW, asked, output, as_text=show_erasure)
        return
    if reason is None:
        message = "say why: it is recorded with who did it"
        raise typer.BadParameter(message, param_hint="--reason")
    params = EraseParams(run=run, call=call, reason=reason)
    session.show(ERASE_RESULT, params, output, as_text=show_erasure)
