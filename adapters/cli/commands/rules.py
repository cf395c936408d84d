"""`opstrail rule`: the event-processing rules, and trying one on the past."""

from pathlib import Path
from typing import Annotated

import typer

from adapters.cli.commands.requests import show_answer_to
from adapters.cli.options import Anchor, ColumnNames, Output, RowsOutput, example, object_of
from adapters.cli.session import session_of

app = typer.Typer()


@app.command("list", epilog=example("opstrail rule list"))
def list_rules(
    context: typer.Context, output: RowsOutput = "text", columns: ColumnNames = None
) -> None:
    """List the rules: what they read, and when they fire."""
    from adapters.cli.text.rules import show_rules
    from domain.operations.rules import LIST_RULES

    session, params = session_of(context), LIST_RULES.params()
    session.show(LIST_RULES, params, output, as_text=show_rules, columns=columns)


@app.command(epilog=example("opstrail rule show rule-high-cpu"))
def show(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id or the name of a rule.")],
    output: Output = "text",
) -> None:
    """Show a rule in words."""
    from adapters.cli.text.rules import show_rule
    from domain.operations.rules import SHOW_RULE, RuleParams

    session_of(context).show(SHOW_RULE, RuleParams(rule=rule), output, as_text=show_rule)


@app.command(
    "test",
    epilog=example(
        "opstrail rule test rule-high-cpu --last 7d --item srv-erp-01",
        "opstrail rule test rule-event-burst --from 2026-03-01 --to 2026-03-07",
    ),
)
def try_rule(
    context: typer.Context,
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="Its id or name, or a file that ends in .json.")
    ],
    *,
    last: Annotated[
        str | None, typer.Option(metavar="SPAN", help="How far back to look. Default: 7d.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Where to begin, in its place.")
    ] = None,
    to: Annotated[
        str | None, typer.Option(metavar="TIME", help="Where to end. Default: now.")
    ] = None,
    item: Annotated[
        list[str] | None, typer.Option(metavar="CODE", help="Only this item; may be repeated.")
    ] = None,
    payload: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The maps ci, metric, history in place of the past."),
    ] = None,
    anchor: Anchor = "now",
    output: Output = "text",
) -> None:
    """Try a rule on the past, as a run: say in which windows it would have fired, and why.

    Nothing is done: no action of a rule is ever taken.
    """
    from domain.operations.rules import TEST_RULE, RuleTestParams

    if (from_ is None and to) or (from_ and last):
        msg = "--to goes with --from, and --last with neither"
        raise typer.BadParameter(msg, param_hint="--from")
    back = f"last_{last}" if last else None
    asked = RuleTestParams(
        rule=object_of(Path(rule), option="RULE") if rule.endswith(".json") else rule,
        time_range=f"{from_}..{to or 'now'}" if from_ else back,
        items=tuple(item or ()),
        payload=None if payload is None else object_of(payload, option="--payload"),
        anchor=anchor,
    )
    show_answer_to(context, TEST_RULE, asked, output)
