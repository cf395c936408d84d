"""`opstrail tool`: the tools, what they can do, and trying one."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.commands.ask import options_of
from adapters.cli.options import Anchor, AnchorOption, Output, TextFormat, example
from adapters.cli.session import anchored_now, session_of

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

    session = session_of(context)
    with session.open() as opstrail:
        infos = opstrail.tools.get_all_tools_info()
    if output is TextFormat.JSON:
        session.screen.show_json([*infos.values()])
    else:
        show_tools(session.screen, infos.values())


@app.command(epilog=example("opstrail tool describe metric"))
def describe(context: typer.Context, name: ToolName, output: Output = TextFormat.TEXT) -> None:
    """Show what a tool can do, and the parameters of each operation."""
    from adapters.cli.text.tools import show_tool

    session = session_of(context)
    with session.open() as opstrail:
        info = opstrail.tools.get_tool_info(name)
    if output is TextFormat.JSON:
        session.screen.show_json(info)
    else:
        show_tool(session.screen, info)


@app.command(epilog=example("""opstrail tool call ci.search --params '{"keywords": ["erp"]}'"""))
def call(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(metavar="NAME.OPERATION", help="Such as ci.search.")],
    params: Annotated[str, typer.Option(metavar="JSON", help="The parameters, an object.")] = "{}",
    anchor: AnchorOption = Anchor.NOW,
    output: Output = TextFormat.TEXT,
) -> None:
    """Try an operation directly. This is not a run: nothing is recorded."""
    import asyncio

    from adapters.cli.exit_codes import exit_code_of
    from adapters.cli.text.tools import show_result
    from domain.tools.contracts import ToolContext

    given = _parsed(params)
    name, _, operation_name = (
        operation.rpartition(".") if "." in operation else (operation, "", "")
    )
    session = session_of(context)
    with session.open() as opstrail:
        tool = opstrail.tools.get_tool(name)
        now = anchored_now(session, opstrail, options_of(anchor, None))
        with session.screen.progress(f"Calling {operation}"):
            result = asyncio.run(
                tool.safe_execute(
                    ToolContext(tenant_id=session.tenant_id, now=now),
                    {**given, "operation": operation_name},
                )
            )
    if output is TextFormat.JSON:
        session.screen.show_json(result)
    else:
        show_result(session.screen, result)
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
