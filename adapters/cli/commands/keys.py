"""`opstrail key`: who may ask from outside."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from adapters.cli.options import ColumnNames, ListOutput, Output, example
from adapters.cli.session import session_of

if TYPE_CHECKING:
    from domain.operations.operation import Operation
    from domain.views.key import NewKey

app = typer.Typer()
Key = Annotated[str, typer.Argument(metavar="KEY", help="Its id; see `opstrail key list`.")]
Why = Annotated[str, typer.Option("--why", help="Why; it is recorded with who did it.")]
_EXPIRES = "From now, such as 90d, or a date with a time."


@app.command(
    epilog=example(
        'opstrail key create ada --role operator --expires 90d --why "on call"',
        'opstrail key create nightly --kind service --scope runs:read --why "the report"',
    )
)
def create(
    context: typer.Context,
    principal: Annotated[str, typer.Argument(help="The user or service that it is for.")],
    why: Why,
    *,
    kind: Annotated[Literal["user", "service"], typer.Option(help="Which of both.")] = "user",
    role: Annotated[
        list[str] | None, typer.Option(help="viewer, operator, auditor or admin; may be repeated.")
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(help="What they may do beside that, such as audit:read; may be repeated."),
    ] = None,
    expires: Annotated[str | None, typer.Option(help=f"{_EXPIRES} Default: never.")] = None,
    output: Output = "text",
) -> None:
    """Make a key for HTTP, and show it: nobody can show it again."""
    from domain.operations.keys import CREATE_KEY

    given = {"principal": principal, "kind": kind, "roles": role or (), "scopes": scope or ()}
    _show_new(context, CREATE_KEY, output, **given, expires=expires, why=why)


@app.command("list", epilog=example("opstrail key list"))
def list_keys(
    context: typer.Context, output: ListOutput = "table", columns: ColumnNames = None
) -> None:
    """List the keys: for whom, with which rights, until when, last used when."""
    from adapters.cli.text.keys import KEYS_TEXT
    from domain.operations.keys import LIST_KEYS
    from domain.operations.operation import Nothing

    session, as_text = session_of(context), KEYS_TEXT.shown_as(output)
    session.show(LIST_KEYS, Nothing(), output, as_text=as_text, columns=columns)


@app.command(
    epilog=example('opstrail key rotate 0123456789ab --keep-old 24h --why "each quarter"')
)
def rotate(
    context: typer.Context,
    key: Key,
    why: Why,
    keep_old: Annotated[
        str | None, typer.Option(help="How long the old secret still does, such as 24h.")
    ] = None,
    expires: Annotated[str | None, typer.Option(help=f"{_EXPIRES} Default: as before.")] = None,
    output: Output = "text",
) -> None:
    """Give a key a new secret, and show it: nobody can show it again."""
    from domain.operations.keys import ROTATE_KEY

    given = {"key_id": key, "why": why, "keep_old": keep_old, "expires": expires}
    _show_new(context, ROTATE_KEY, output, **given)


@app.command(epilog=example('opstrail key revoke 0123456789ab --why "it leaked"'))
def revoke(context: typer.Context, key: Key, why: Why, output: Output = "text") -> None:
    """Let nobody use a key any more."""
    from adapters.cli.text.keys import show_key
    from domain.operations.keys import REVOKE_KEY, WhyKey

    params = WhyKey(key_id=key, why=why)
    session_of(context).show(REVOKE_KEY, params, output, as_text=show_key)


def _show_new(
    context: typer.Context, operation: "Operation[Any, NewKey]", output: Output, **given: object
) -> None:
    from adapters.cli.text.keys import show_new_key

    params = operation.params.model_validate(given)
    session_of(context).show(operation, params, output, as_text=show_new_key)
