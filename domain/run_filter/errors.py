"""What can be wrong with the text of a filter."""

from collections.abc import Iterable

from domain.errors import Refused


class FilterRefused(Refused):
    """A filter cannot be read."""

    def __init__(
        self, text: str, *, start: int, end: int, why: str, allowed: Iterable[str] = ()
    ) -> None:
        """Keep the facts; from `start` to `end` is what is wrong in the text."""
        self.text, self.start, self.end = text, start, end
        self.why, self.allowed = why, list(allowed)
        super().__init__("\n".join(self._lines()))

    def _lines(self) -> list[str]:
        one_line = "".join(letter if letter.isprintable() else " " for letter in self.text)
        marks = " " * self.start + "^" * max(1, self.end - self.start)
        lines = [
            f"the filter is wrong at character {self.start + 1}: {self.why}",
            f"  {one_line}",
            f"  {marks}",
        ]
        return [*lines, f"possible: {', '.join(self.allowed)}"] if self.allowed else lines
