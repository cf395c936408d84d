"""`opstrail tool`: the tools, what they can do, and trying one."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.options import Anchor, AnchorOption, Output, TextFormat, example
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from pydantic import JsonValue

app = typer.Typer(
    no_args_is_help=True,
    help="List and describe the tools, and try one.",
    epilog=example("opstrail tool describe ci"),
)
ToolName = Annotated[str, typer.Argument(metavar="NAME", help="A tool's name.")]


@app.command("list", epilog=example("opstrail tool list"))
def list_tools(context: typer.Context, output: Output = TextFormat.TEXT) -> None:
    """List the tools with their operations."""
    from adapters.cli.text.tools import show_tools
    from domain.operations.operation import Nothing
    from domain.operations.tools import LIST_TOOLS

    session = session_of(context)
    found = session.call(LIST_TOOLS, Nothing())
    session.screen.show_view(LIST_TOOLS.view, found, output, as_text=show_tools)


@app.command(epilog=example("opstrail tool describe metric"))
def describe(context: typer.Context, name: ToolName, output: Output = TextFormat.TEXT) -> None:
    """Show what a tool can do, and the parameters of each operation."""
    from adapters.cli.text.tools import show_tool
    from domain.operations.tools import DESCRIBE_TOOL, ToolParams

    session = session_of(context)
    found = session.call(DESCRIBE_TOOL, ToolParams(name=name))
    session.screen.show_view(DESCRIBE_TOOL.view, found, output, as_text=show_tool)


@app.command(epilog=example("""opstrail tool call ci.search --params '{"keywords": ["erp"]}'"""))
def call(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="NAME.OPERATION", help="Such as ci.search.")],
    params: Annotated[str, typer.Option(metavar="JSON", help="The parameters, an object.")] = "{}",
    anchor: AnchorOption = Anchor.NOW,
    output: Output = TextFormat.TEXT,
) -> None:
    """Try an operation directly. This is not a run: nothing is recorded."""
    from adapters.cli.exit_codes import exit_code_of
    from adapters.cli.text.tools import show_result
    from domain.operations.tools import CALL_TOOL, ToolCallParams

    session = session_of(context)
    asked = ToolCallParams(operation=operation, params=_parsed(params), anchor=anchor.value)
    result = session.call(CALL_TOOL, asked, title=f"Calling {operation}")
    session.screen.show_view(CALL_TOOL.view, result, output, as_text=show_result)
    raise typer.Exit(exit_code_of(result.error_code))


def _parsed(params: str) -> "dict[str, JsonValue]":
    try:
        given: JsonValue = json.loads(params)
    except ValueError as error:
        message = f"{params!r} is no JSON: {error}"
        raise typer.BadParameter(message, param_hint="--params") from error
    if not isinstance(given, dict):
        message = f"{params!r} is no JSON object"
        raise typer.BadParameter(message, param_hint="--params")
    return given
