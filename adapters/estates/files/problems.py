"""What is wrong with imported files.

ImportRefused   one or more problems; nothing is imported
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain.estate.errors import EstateError

SHOWN_COUNT = 20
_SHOWN_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and a line or item of it (empty: the whole file)."""

    file: str
    row: str = ""

    def __str__(self) -> str:
        return f"{self.file} {self.row}".rstrip()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where, in which field (empty if in none), and what it is."""

    place: Place
    field: str
    text: str

    def __str__(self) -> str:
        parts = [str(self.place), self.field, self.text]
        return ": ".join(part for part in parts if part)


@dataclass(slots=True)
class Problems:
    """Collects problems; of very many it keeps the first ones and the count."""

    first: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, place: Place, field_name: str, text: str) -> None:
        """Note one problem."""
        self.total += 1
        if len(field_name) > _SHOWN_LENGTH:
            field_name = got(field_name)
        if len(self.first) < SHOWN_COUNT:
            self.first.append(Problem(place, field_name, text))

    def refuse(self) -> None:
        """Raise `ImportRefused` if there was a problem."""
        if self.total:
            raise ImportRefused(self.first, total=self.total)


class ImportRefused(EstateError):
    """The files have problems and nothing of them was imported."""

    def __init__(self, problems: Sequence[Problem], *, total: int) -> None:
        """Keep the first problems and how many there are in all."""
        self.problems, self.total = list(problems), total
        noun = "problem" if total == 1 else "problems"
        lines = [f"{total} {noun}, nothing was imported:", *map(str, problems)]
        if total > len(self.problems):
            lines.append(f"and {total - len(self.problems)} more")
        super().__init__("\n".join(lines))


def got(value: object) -> str:
    """Return a value as problems show it: quoted, and cut when long."""
    text = repr(value[:_SHOWN_LENGTH] if isinstance(value, str) else value)
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}..."
