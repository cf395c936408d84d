"""Where a command's words go: answers to standard output, everything else to standard error."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, TextIO, TypeVar

from domain.values.text import escaped, replaced

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import Console, RenderableType

    from domain.views.json_form import View

V = TypeVar("V")

_PIPE_WIDTH = 100_000
"""What is drawn by its width is so wide in a pipe, where who reads it decides."""

_WIDTH_WITHOUT_TERMINAL, _HEIGHT = 80, 25
_LONGEST_TEXT = 200_000
"""How many characters of one text a terminal shows."""


class Screen:
    """Standard output and standard error; colour and progress only on a terminal."""

    def __init__(self, *, has_color: bool) -> None:
        """Nothing is opened yet; `has_color` False switches colour off on terminals too."""
        self._has_color = has_color

    @cached_property
    def out(self) -> "Console":
        """Standard output."""
        return _console(sys.stdout, has_color=self._has_color)

    @cached_property
    def err(self) -> "Console":
        """Standard error."""
        return _console(sys.stderr, has_color=self._has_color)

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

    def show_view(
        self, view: "View[V]", value: V, output: str, *, as_text: "Callable[[Screen, V], None]"
    ) -> None:
        """Print the value of a view as JSON or, when another output is wanted, as text."""
        if output == "json":
            self.show_json(view.to_json(value))
        else:
            as_text(self, value)

    def show_json(self, value: "JsonValue", *, indent: int | None = 2) -> None:
        """Print exactly one value as JSON; without indent on a line."""
        text = json.dumps(value, ensure_ascii=False, indent=indent)
        sys.stdout.write(f"{escaped(text)}\n")

    def show_problems(self, problems: Iterable[str]) -> None:
        """Print what is wrong with something, each problem on a line, in red."""
        from rich.text import Text

        for problem in problems:
            self.show(Text(printable(f"problem: {problem}"), style="red"))

    def tell(self, message: str) -> None:
        """Print a remark to standard error."""
        self.err.print(printable(message), soft_wrap=True)

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


def printable(text: str) -> str:
    """Return the text without what moves, turns or hides text, so that data cannot do so."""
    return replaced(text)


def _console(stream: TextIO, *, has_color: bool) -> "Console":
    from rich.console import Console

    is_forced = bool(os.environ.get("FORCE_COLOR"))  # rich then takes every stream for a terminal
    width = (_chosen_width() or _WIDTH_WITHOUT_TERMINAL) if is_forced else _PIPE_WIDTH
    return Console(
        file=stream,
        width=_chosen_width() if stream.isatty() else width,
        height=None if stream.isatty() else _HEIGHT,  # else a dumb one is always 80 wide
        no_color=None if has_color else True,
        markup=False,
        highlight=False,
        emoji=False,
    )


def _chosen_width() -> int | None:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) or None if columns.isascii() and columns.isdecimal() else None
