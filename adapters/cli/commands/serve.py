"""`opstrail serve`: the service over HTTP."""

from typing import Annotated

import typer

from adapters.cli.options import example
from adapters.cli.session import session_of

alone = typer.Typer()


@alone.command(epilog=example("opstrail serve", "opstrail serve --port 0"))
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Where it listens.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="On which port; 0 is any that is free.")
    ] = 8321,
) -> None:
    """Answer over HTTP what the commands answer, for the tenant and the database chosen.

    Nobody is asked who they are, so only this machine is answered. Ctrl-C ends it.
    """
    from adapters.http.identity import SingleUser
    from adapters.http.serving import Place
    from adapters.http.serving import serve as answer
    from domain.identity.principal import local_principal

    session = session_of(context)
    who = local_principal(session.authorship().actor.id, session.tenant_id)
    answer(session.database_url, Place(host, port, SingleUser(who)), session.screen.tell)
