"""A walk through the events of a run, led by commands."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from rich.text import Text

from adapters.cli.screen import Screen
from adapters.cli.text.events import data_text
from adapters.cli.text.states import changed, heading, show_state
from adapters.cli.text.tables import fields_of
from domain.views.state import RunStateView
from domain.views.steps import NoSuchStep, Step, first_failure, go_to, next_call, previous_call

_VERSION: Final = re.compile("[0-9]{1,9}")
_COMMANDS: Final = (
    ("n", "the next event; so does an empty line"),
    ("p", "the previous event"),
    ("f", "the first failure"),
    ("t", "the next call of the same tool"),
    ("T", "the previous call of the same tool"),
    ("g N", "the event with version N"),
    ("d", "the data of this event"),
    ("s", "the state after this event"),
    ("?", "these commands"),
    ("q", "leave; so do Ctrl-C and the end of the input"),
)
_MOVES: Final[Mapping[str, Callable[[Sequence[Step], int], int]]] = {
    "": lambda steps, here: go_to(steps, here + 1),
    "n": lambda steps, here: go_to(steps, here + 1),
    "p": lambda steps, here: go_to(steps, here - 1),
    "f": lambda steps, _here: first_failure(steps),
    "t": next_call,
    "T": previous_call,
}


class Walk:
    """Stands at one event of a run, the first to begin with."""

    def __init__(
        self, screen: Screen, steps: Sequence[Step], *, state_at: Callable[[int], RunStateView]
    ) -> None:
        """Show nothing yet; `state_at` gives the state of the run at a version."""
        self._screen, self._steps, self._version = screen, steps, 1
        self._state_at = state_at

    def follow(self, lines: Iterable[str]) -> None:
        """Show the event, and obey each line until one says `q`.

        A line that cannot be obeyed is answered on standard error.
        """
        self._show_event()
        for line in lines:
            command, _, argument = line.strip().partition(" ")
            if command == "q":
                return
            try:
                self._obey(command, argument.strip())
            except NoSuchStep as refusal:
                self._screen.tell(str(refusal))

    def _obey(self, command: str, argument: str) -> None:
        match command:
            case "d":
                self._screen.show(data_text(self._steps[self._version - 1].event))
            case "s":
                show_state(self._screen, self._state_at(self._version))
            case "?":
                self._screen.show(fields_of(_COMMANDS))
            case _:
                self._version = self._target(command, argument)
                self._show_event()

    def _target(self, command: str, argument: str) -> int:
        if command == "g":
            return go_to(self._steps, _number(argument))
        if command in _MOVES:
            return _MOVES[command](self._steps, self._version)
        known = ", ".join(name for name, _ in _COMMANDS)
        message = f"no command {command!r}; possible: {known}"
        raise NoSuchStep(message)

    def _show_event(self) -> None:
        step = self._steps[self._version - 1]
        place = Text(f"event {self._version} of {len(self._steps)}", style="dim")
        self._screen.show(place, heading(step), changed(step))


def _number(argument: str) -> int:
    if not _VERSION.fullmatch(argument):
        message = f"g needs a version, as in g 12, not {argument!r}"
        raise NoSuchStep(message)
    return int(argument)
