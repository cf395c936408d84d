"""What servers outside have not taken, as text."""

from typing import Final

from adapters.cli.screen import Screen
from adapters.cli.text.tables import ListText
from domain.run.facts import counted
from domain.times import to_the_second
from domain.views.delivery import Letter, SentAgain

LETTERS_TEXT: Final[ListText[Letter]] = ListText(
    {
        "event": lambda letter: letter.event_id,
        "target": lambda letter: letter.target,
        "kind": lambda letter: letter.kind,
        "run": lambda letter: letter.stream_id,
        "tries": lambda letter: letter.tries,
        "next": lambda letter: "dead" if letter.due_at is None else to_the_second(letter.due_at),
        "error": lambda letter: letter.error or "",
    },
    id_of=lambda letter: letter.event_id,
    when_empty="Nothing waits.",
    leave_out=("error", "kind"),
)


def show_sent_again(screen: Screen, sent: SentAgain) -> None:
    """Print how many there are."""
    screen.show(f"{counted(sent.letter_count, 'letter')} will be sent again.")
