"""`opstrail tool`: the tools, what they can do, and trying one."""

from typing import Annotated

import typer

from adapters.cli.options import Anchor, ColumnNames, Output, RowsOutput, example, object_of
from adapters.cli.session import session_of

app = typer.Typer()
ToolName = Annotated[str, typer.Argument(metavar="NAME", help="A tool, or ci.search.")]


@app.command("list", epilog=example("opstrail tool list"))
def list_tools(
    context: typer.Context, output: RowsOutput = "text", columns: ColumnNames = None
) -> None:
    """List the tools with their operations."""
    from adapters.cli.text.tools import show_tools
    from domain.operations.tools import LIST_TOOLS

    session, params = session_of(context), LIST_TOOLS.params()
    session.show(LIST_TOOLS, params, output, as_text=show_tools, columns=columns)


@app.command(epilog=example("opstrail tool sources"))
def sources(
    context: typer.Context, output: RowsOutput = "text", columns: ColumnNames = None
) -> None:
    """List the databases and servers outside that tools may ask, and try each."""
    from adapters.cli.text.tools import show_sources
    from domain.operations.tools import LIST_SOURCES

    session, params = session_of(context), LIST_SOURCES.params()
    session.show(LIST_SOURCES, params, output, as_text=show_sources, columns=columns)


@app.command(epilog=example("opstrail tool describe metric", "opstrail tool describe ci.search"))
def describe(context: typer.Context, name: ToolName, output: Output = "text") -> None:
    """Show what a tool can do: parameters, policy and the calls of a week of each operation."""
    from adapters.cli.text.tools import show_tool
    from domain.operations.tools import DESCRIBE_TOOL, ToolParams

    session_of(context).show(DESCRIBE_TOOL, ToolParams(name=name), output, as_text=show_tool)


@app.command(
    epilog=example(
        "opstrail tool rank --intent LOOKUP", 'opstrail tool rank --question "How many servers?"'
    )
)
def rank(
    context: typer.Context,
    intent: Annotated[
        str | None, typer.Option(metavar="INTENT", help="What a question is after: LOOKUP, ...")
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option(metavar="MODE", help="What tools are to be made for: config, metric, ..."),
    ] = None,
    question: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Rank for the plan of this question.")
    ] = None,
    output: Output = "text",
) -> None:
    """Rank the tools that would serve: the terms of each score, and why it is a candidate."""
    from adapters.cli.text.tools import show_ranking
    from domain.operations.tools import RANK_TOOLS

    asked = RANK_TOOLS.params.model_validate(
        {"intent": intent, "mode": mode, "question": question}
    )
    session_of(context).show(RANK_TOOLS, asked, output, as_text=show_ranking)


@app.command(epilog=example("""opstrail tool call ci.search --params '{"keywords": ["erp"]}'"""))
def call(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="NAME.OPERATION", help="Such as ci.search.")],
    params: Annotated[str, typer.Option(metavar="JSON", help="The parameters, an object.")] = "{}",
    anchor: Anchor = "now",
    output: Output = "text",
) -> None:
    """Try an operation directly. This is not a run: nothing is recorded."""
    from adapters.cli.exit_codes import exit_code_of
    from adapters.cli.text.tools import show_result
    from domain.operations.tools import CALL_TOOL, ToolCallParams

    given = object_of(params, option="--params")
    asked = ToolCallParams(operation=operation, params=given, anchor=anchor)
    session, title = session_of(context), f"Calling {operation}"
    result = session.show(CALL_TOOL, asked, output, as_text=show_result, title=title)
    raise typer.Exit(exit_code_of(result.error_code))
