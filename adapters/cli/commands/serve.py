"""`opstrail serve`: the service over HTTP, and its pages for browsers."""

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
    """Answer over HTTP what the commands answer, on the database chosen; `/` is for browsers.

    As long as there is no key, nobody is asked who they are: the tenant is the one chosen, and
    only this machine is answered. Once there is one (`opstrail key create`), a key says who asks,
    and of which tenant. Ctrl-C or SIGTERM ends it in order, with 0.
    """
    from adapters.cli.who import user_name
    from adapters.http.serving import Place
    from adapters.http.serving import serve as answer
    from adapters.web.pages import MISSING, Pages
    from domain.identity.principal import local_principal

    session = session_of(context)
    if session.server_url is not None:
        from adapters.cli.remote import NotOfAService

        raise NotOfAService(str(context.info_name))
    who = local_principal(user_name(), session.tenant_id)
    pages = Pages()
    if not pages.are_built:
        session.screen.tell(MISSING)
    answer(session.database_url, Place(host, port, who), session.screen.tell, pages)
