"""The lines of a file, none of them longer than memory should hold."""

from dataclasses import dataclass
from typing import Self, TextIO


class TooLong(ValueError):
    """A row has more characters than are read."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"it has more than {limit:,} characters, which is the most that is read")


@dataclass(slots=True)
class Lines:
    """Iterates over the lines of a file; those of a row are `TooLong` together beyond a limit."""

    file: TextIO
    limit: int
    count: int = 0
    _size: int = 0

    def end_row(self) -> None:
        """Count the characters of the next row anew."""
        self._size = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        """Return the next line. Raises `TooLong` before more of the row is read than its limit."""
        line = self.file.readline(self.limit + 1 - self._size)
        if not line:
            raise StopIteration
        self.count += 1
        self._size += len(line)
        if self._size > self.limit:
            raise TooLong(self.limit)
        return line
