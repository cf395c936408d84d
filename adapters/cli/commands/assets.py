"""`opstrail asset`: what runs are made with, in versions."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from adapters.cli.completion import complete_asset
from adapters.cli.options import ColumnNames, ListOutput, Output, example, object_of
from adapters.cli.session import session_of
from domain.values.limits import JSON_BYTES

if TYPE_CHECKING:
    from domain.json import JsonMap
    from domain.operations.operation import Operation
    from domain.views.asset import AssetChange

app = typer.Typer()
Kind = Literal["prompt", "policy", "mapping", "view", "rule", "recipe", "words"]
Asset = Annotated[
    str,
    typer.Argument(
        metavar="KIND:NAME", help="Such as view:IMPACT.", autocompletion=complete_asset
    ),
]
Why = Annotated[str, typer.Option("--why", help="Why; it is recorded with who did it.")]
File = typer.Argument(metavar="FILE", help="JSON, or TOML in a file that ends in .toml.")


@app.command("list", epilog=example("opstrail asset list --kind view"))
def list_assets(
    context: typer.Context,
    kind: Annotated[Kind | None, typer.Option(help="Only those of this kind.")] = None,
    output: ListOutput = "table",
    columns: ColumnNames = None,
) -> None:
    """List what is published, drafted, retired or built in."""
    from adapters.cli.text.assets import ASSETS_TEXT
    from domain.operations.assets import LIST_ASSETS, KindOfAssets

    session, as_text = session_of(context), ASSETS_TEXT.shown_as(output)
    params = KindOfAssets.model_validate({"kind": kind})
    session.show(LIST_ASSETS, params, output, as_text=as_text, columns=columns)


@app.command(
    epilog=example("opstrail asset show view:IMPACT", "opstrail asset show view:NOC --version 2")
)
def show(
    context: typer.Context,
    asset: Asset,
    version: Annotated[
        int | None, typer.Option(min=0, help="Which; 0 is built in. Default: what applies.")
    ] = None,
    output: Output = "text",
) -> None:
    """Show what an asset says, and what was done with it."""
    from adapters.cli.text.assets import show_asset
    from domain.operations.assets import SHOW_ASSET, AssetVersionParams

    params = AssetVersionParams(asset=asset, version=version)
    session_of(context).show(SHOW_ASSET, params, output, as_text=show_asset)


@app.command(epilog=example("opstrail asset diff view:NOC --from 1 --to 3"))
def diff(
    context: typer.Context,
    asset: Asset,
    before: Annotated[
        int | None, typer.Option("--from", min=0, help="A version. Default: what applies.")
    ] = None,
    after: Annotated[
        int | None, typer.Option("--to", min=0, help="A version. Default: the newest draft.")
    ] = None,
    output: Output = "text",
) -> None:
    """Show what differs between two versions."""
    from domain.operations.assets import DIFF_ASSET

    versions = {"from_version": before, "to_version": after}
    _show_change(context, DIFF_ASSET, output, asset=asset, **versions)


@app.command(epilog=example('opstrail asset draft view:NOC view.json --why "less noise"'))
def draft(
    context: typer.Context,
    asset: Asset,
    file: Annotated[Path, File],
    why: Why,
    output: Output = "text",
) -> None:
    """Keep a version that no run takes yet, and show how it differs from what applies."""
    from domain.operations.assets import DRAFT_ASSET

    _show_change(context, DRAFT_ASSET, output, asset=asset, content=_content(file), why=why)


@app.command(
    epilog=example(
        'opstrail asset publish view:NOC view.json --why "less noise"',
        'opstrail asset publish view:NOC --why "the draft was looked at"',
    )
)
def publish(
    context: typer.Context,
    asset: Asset,
    why: Why,
    file: Annotated[Path | None, File] = None,
    expected: Annotated[
        int | None,
        typer.Option(min=0, help="Refuse unless this version is published now, 0 for none."),
    ] = None,
    output: Output = "text",
) -> None:
    """Let a file, else the newest draft, apply to all runs from here on, and show what changes."""
    from domain.operations.assets import PUBLISH_ASSET

    given = {"asset": asset, "content": file and _content(file), "why": why}
    _show_change(context, PUBLISH_ASSET, output, **given, expected=expected)


@app.command(epilog=example('opstrail asset rollback view:NOC --to 1 --why "2 cut too much"'))
def rollback(
    context: typer.Context,
    asset: Asset,
    to: Annotated[int, typer.Option("--to", min=1, help="A version that was published.")],
    why: Why,
    output: Output = "text",
) -> None:
    """Publish again what an earlier version says, as a new version."""
    from domain.operations.assets import ROLL_BACK_ASSET

    _show_change(context, ROLL_BACK_ASSET, output, asset=asset, to_version=to, why=why)


@app.command(epilog=example('opstrail asset retire view:NOC --why "nobody uses it"'))
def retire(context: typer.Context, asset: Asset, why: Why, output: Output = "text") -> None:
    """Apply an asset no more; what is built in applies again, and runs on record keep theirs."""
    from domain.operations.assets import RETIRE_ASSET

    _show_change(context, RETIRE_ASSET, output, asset=asset, why=why)


def _show_change(
    context: typer.Context,
    operation: "Operation[Any, AssetChange]",
    output: Output,
    **given: object,
) -> None:
    from adapters.cli.text.assets import show_change

    params = operation.params.model_validate(given)
    session_of(context).show(operation, params, output, as_text=show_change)


def _content(file: Path) -> "JsonMap":
    if file.suffix != ".toml":
        return object_of(file, option="FILE")
    import json
    import tomllib

    from adapters.cli.files import start_of

    try:
        text = json.dumps(tomllib.loads(start_of(file, byte_count=JSON_BYTES).decode()))
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise typer.BadParameter(message, param_hint="FILE") from error
    except (ValueError, TypeError, RecursionError) as error:  # or it holds a date
        message = f"{file} is no TOML that JSON can say: {error}"
        raise typer.BadParameter(message, param_hint="FILE") from error
    return object_of(text, option="FILE")
