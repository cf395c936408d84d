"""`opstrail help` and `opstrail completion`: what helps to use the command."""

from typing import Annotated, Literal

import typer

from adapters.cli.options import example
from adapters.cli.session import session_of
from adapters.cli.topics import TOPICS, topic_text, without_links

alone = typer.Typer()


@alone.command("help", epilog=example("opstrail help", "opstrail help filters"))
def show_help(
    context: typer.Context,
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]",
            help=f"One of {', '.join(TOPICS)}.",
            autocompletion=lambda: list(TOPICS),
        ),
    ] = None,
) -> None:
    """Read about a topic; without one, list the topics."""
    screen = session_of(context).screen
    if topic is None:
        width = max(map(len, TOPICS))
        lines = [f"  {name:<{width}}  {about}" for name, about in TOPICS.items()]
        screen.show("Topics of `opstrail help TOPIC`:", *lines, "", "Commands: `opstrail --help`.")
        return
    screen.show_page(without_links(topic_text(topic)))


@alone.command(
    epilog=example(
        "opstrail completion bash > ~/.local/share/bash-completion/completions/opstrail",
        "opstrail completion zsh > ~/.zfunc/_opstrail",
        "opstrail completion fish > ~/.config/fish/completions/opstrail.fish",
    )
)
def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Your shell.")],
) -> None:
    """Print the script that lets a shell complete commands, options, and ids of runs.

    Write it where the shell looks for such scripts, as below, and open a new shell; for zsh the
    folder must be in `fpath`, before `compinit`. Ids of runs come from the database that a command
    would read.
    """
    from adapters.cli.completion import script_for

    typer.echo(script_for(shell))
