"""API keys, as text."""

from typing import Final

from adapters.cli.screen import Screen
from adapters.cli.text.tables import ListText, fields_of
from domain.times import to_the_second
from domain.views.key import KeyLine, NewKey


def _time(at: str | None, otherwise: str) -> str:
    return to_the_second(at) if at else otherwise


def _rights(line: KeyLine) -> str:
    return ", ".join([*line.roles, *line.scopes])


KEYS_TEXT: Final[ListText[KeyLine]] = ListText(
    {
        "key": lambda line: line.key_id,
        "kind": lambda line: line.kind,
        "principal": lambda line: line.principal,
        "rights": _rights,
        "state": lambda line: line.state,
        "expires": lambda line: _time(line.expires_at, "never"),
        "last used": lambda line: _time(line.last_used_at, "never"),
    },
    id_of=lambda line: line.key_id,
    when_empty="No keys.",
    leave_out=("kind", "expires", "last used"),
    ids=("key",),
)


def show_key(screen: Screen, line: KeyLine) -> None:
    """Print a key: for whom, with which rights, until when."""
    screen.show(
        fields_of(
            [
                ("key", line.key_id),
                ("for", f"{line.kind} {line.principal}"),
                ("rights", _rights(line)),
                ("state", line.state),
                ("expires", _time(line.expires_at, "never")),
            ]
        )
    )


def show_new_key(screen: Screen, new: NewKey) -> None:
    """Print a key with its text."""
    show_key(screen, new.line)
    screen.show("", new.key, "", "Keep it: nobody can show it again.")
