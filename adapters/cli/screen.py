"""Where a command's words go: answers to standard output, everything else to standard error."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Final, TextIO, TypeVar

from domain.values.text import escaped, replaced

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import Console, RenderableType

    from domain.views.json_form import View

V = TypeVar("V")

_PIPE_WIDTH = 100_000
"""What is drawn by its width is so wide in a pipe, where who reads it decides."""

_COMMAND: Final = re.compile(
    r"\bopstrail(?= (?:ask|db|doctor|estate|golden|log|projection|replay|run|tool) ?)"
)
"""How the commands begin that depend on root options."""

_FOR_PEOPLE: Final = ("text", "table")
_WIDTH_WITHOUT_TERMINAL, _HEIGHT = 80, 25
_LONGEST_TEXT = 200_000
"""How many characters of one text a terminal shows."""


class Screen:
    """Standard output and standard error; colour and progress only on a terminal."""

    def __init__(
        self,
        *,
        has_color: bool = True,
        is_colorful: bool = False,
        zone: tzinfo = UTC,
        root_options: str = "",
        is_paged: bool = False,
    ) -> None:
        """Nothing is opened yet.

        `has_color` False switches colour off on terminals too, `is_colorful` on elsewhere. Times
        are told in the zone; commands that are told repeat the root options.
        """
        self._has_color, self._is_colorful, self._is_paged = has_color, is_colorful, is_paged
        self.zone, self._root_options = zone, root_options

    @cached_property
    def out(self) -> "Console":
        """Standard output."""
        return _console(sys.stdout, self._has_color, self._is_colorful)

    @cached_property
    def err(self) -> "Console":
        """Standard error."""
        return _console(sys.stderr, self._has_color, self._is_colorful)

    @property
    def is_unicode(self) -> bool:
        """Whether standard output can show more than ASCII."""
        return self.out.encoding.lower().replace("-", "").startswith("utf")

    def show(self, *parts: "RenderableType") -> None:
        """Print each part on lines of its own; in a pipe whole, with nothing cut or wrapped."""
        for part in parts:
            if self.out.is_terminal:
                # Printed with others, or without saying it again, a text would forget this.
                is_whole = getattr(part, "no_wrap", None)
                self.out.print(self._shortened(part), crop=False, soft_wrap=is_whole)
            else:
                sys.stdout.writelines(f"{line.rstrip()}\n" for line in self._whole_lines(part))

    def _whole_lines(self, part: "RenderableType") -> Iterable[str]:
        """Return the lines of a part for a pipe; rich takes long where it has much to lay out."""
        from rich.text import Text

        if hasattr(part, "whole_lines"):
            lines: Iterable[str] = part.whole_lines()
            return lines
        if isinstance(part, str | Text):
            return str(part).split("\n")
        with self.out.capture() as captured:
            self.out.print(part)
        return captured.get().removesuffix("\n").split("\n")

    def _shortened(self, part: "RenderableType") -> "RenderableType":
        """Return a text that is too long for a terminal with its end left out, and that told."""
        from rich.text import Text

        if not isinstance(part, str | Text) or len(part) <= _LONGEST_TEXT:
            return part
        told = f"\n... and {len(part) - _LONGEST_TEXT:,} more characters: -o json"
        return Text.assemble(Text(str(part)[:_LONGEST_TEXT]), (told, "dim"))

    def show_page(self, text: str) -> None:
        """Print a long text as it is; on a terminal by the pager."""
        if self._is_paged and _is_dialogue():
            from adapters.cli.pager import page

            page(text, height=self.out.height)
        else:
            sys.stdout.write(text)

    @contextmanager
    def _paged(self) -> Iterator[None]:
        """Hold back what is shown inside, and show it at the end: by the pager if it is long.

        In a pipe nothing is held back.
        """
        if not (self._is_paged and _is_dialogue()):
            yield
            return
        with self.out.capture() as captured:
            yield
        self.show_page(captured.get())

    def show_view(
        self, view: "View[V]", value: V, output: str, *, as_text: "Callable[[Screen, V], None]"
    ) -> None:
        """Print the value of a view as JSON or, when another output is wanted, as text."""
        if output == "json":
            self.show_json(view.to_json(value))
            return
        with self._paged():
            # What programs read stays in UTC.
            as_text(self, self.local(value) if output in _FOR_PEOPLE else value)

    def local(self, value: V) -> V:
        """Return the value of a view with its times in the zone of who reads; see `told`."""
        from adapters.cli.local_times import in_zone

        return in_zone(value, self.zone, self.told if self._root_options else str)

    def told(self, text: str) -> str:
        """Return a recorded text in which the commands that fill an estate can be pasted."""
        if "opstrail estate" not in text:
            return text
        from domain.estate.errors import FILLED_BY

        return text.replace(FILLED_BY, self.pasteable(FILLED_BY))

    def show_json(self, value: "JsonValue", *, indent: int | None = 2) -> None:
        """Print exactly one value as JSON; without indent on a line."""
        text = json.dumps(value, ensure_ascii=False, indent=indent)
        sys.stdout.write(f"{escaped(text)}\n")

    def show_problems(self, problems: Iterable[str]) -> None:
        """Print what is wrong with something, each problem on a line, in red."""
        from rich.text import Text

        for problem in problems:
            told = printable(self.pasteable(problem))
            self.show(Text(f"problem: {told}", style="red"))

    def tell(self, message: str) -> None:
        """Print a remark to standard error; commands in it can be pasted."""
        self.err.print(printable(self.pasteable(message)), soft_wrap=True)

    def pasteable(self, text: str) -> str:
        """Return a text of ours so that the commands in it mean the same where they are pasted.

        But for a secret in them, such as that of a database whose name is no URL.
        """
        from adapters.bootstrap import without_secrets

        return without_secrets(pasteable(text, self._root_options))

    @contextmanager
    def progress(self, title: str) -> Iterator[Callable[[str], None]]:
        """Show that something takes long; the function given changes what is shown.

        In a pipe nothing is shown, nor where lines cannot be overwritten.
        """
        if not sys.stderr.isatty() or self.err.is_dumb_terminal:
            yield lambda _: None
            return
        with self.err.status(f"{title} ...") as status:
            yield lambda now: status.update(f"{title}: {printable(now)}")


def _is_dialogue() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def pasteable(text: str, root_options: str) -> str:
    """Return a text in which the commands of opstrail have these root options, too."""
    from adapters.cli.bindings import in_commands

    text = in_commands(text)
    return _COMMAND.sub(lambda found: f"{found[0]} {root_options}", text) if root_options else text


def printable(text: str) -> str:
    """Return the text without what moves, turns or hides text, so that data cannot do so."""
    return replaced(text)


def _console(stream: TextIO, has_color: bool, is_colorful: bool) -> "Console":
    from rich.console import Console

    # Rich then takes every stream for a terminal.
    is_forced = is_colorful or bool(os.environ.get("FORCE_COLOR"))
    width = (_chosen_width() or _WIDTH_WITHOUT_TERMINAL) if is_forced else _PIPE_WIDTH
    return Console(
        file=stream,
        force_terminal=True if is_colorful else None,
        width=_chosen_width() if stream.isatty() else width,
        height=None if stream.isatty() else _HEIGHT,  # else a dumb one is always 80 wide
        no_color=None if has_color else True,
        color_system="auto" if has_color else None,  # else bold and dim stay
        markup=False,
        highlight=False,
        emoji=False,
    )


def _chosen_width() -> int | None:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) or None if columns.isascii() and columns.isdecimal() else None
