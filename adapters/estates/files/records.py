"""Turning rows of files into records; faults are noted.

Codes become ids, dotted fields maps, and instants are brought into UTC.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from adapters.estates.files.kinds import Kind
from adapters.estates.files.problems import Place, Problems, got
from adapters.estates.files.rows import Row
from domain.estate.records import ConfigurationItem
from domain.json import JsonMap
from domain.times import in_utc

RecordT = TypeVar("RecordT", bound=BaseModel)
CiIdOf = Callable[[str], str | None]


def known_ids(item_rows: Iterable[Row], existing: CiIdOf) -> CiIdOf:
    """Return how codes, in any case, become ids: of items imported here, else of existing ones.

    Rows with problems count too, so that one bad row is not reported by all that refer to it.
    """
    imported: dict[str, str] = {}
    for row in item_rows:
        code = row.values.get("ci_code")
        if isinstance(code, str):
            imported[code.casefold()] = str(row.values.get("ci_id", code))
    return lambda code: imported.get(code.casefold()) or existing(code)


def to_records(
    rows: Sequence[Row], kind: Kind[RecordT], *, ids: CiIdOf, problems: Problems
) -> list[RecordT]:
    """Return the records of the rows that have no problem of their own."""
    records = []
    places: dict[tuple[object, ...], Place] = {}
    for row in rows:
        record = _Reading(row, kind, ids, problems).record()
        if record is None:
            continue
        records.append(record)
        for names, key in _keys(record, kind):
            first = places.setdefault((names, *key), row.place)
            if first is not row.place:
                shown = " ".join(str(part) for part in key)
                problems.add(row.place, names, f"{shown!r} is already in {first}")
    return records


def _keys(record: BaseModel, kind: Kind[BaseModel]) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield ", ".join(kind.key), tuple(getattr(record, name) for name in kind.key)
    if isinstance(record, ConfigurationItem):
        yield "ci_code", (record.ci_code.casefold(),)


@dataclass(slots=True)
class _Reading(Generic[RecordT]):
    """Reads one row; a field with a problem is noted once, whoever finds it first."""

    row: Row
    kind: Kind[RecordT]
    ids: CiIdOf
    problems: Problems
    faulty: set[str] = field(default_factory=set)

    def record(self) -> RecordT | None:
        values = dict(self._values())
        for name in sorted(self.kind.required - values.keys() - self.faulty):
            codes = [code for code, target in self.kind.codes.items() if target == name]
            self._fault(name, " ".join(["is required, or", *codes] if codes else ["is required"]))
        if "ci_code" in self.faulty:
            self.faulty.add("ci_id")  # it is taken from the code
        record = self._validated(values)
        return None if self.faulty else record

    def _fault(self, name: str, text: str) -> None:
        if name not in self.faulty:
            self.faulty.add(name)
            self.problems.add(self.row.place, name, text)

    def _values(self) -> Iterator[tuple[str, object]]:
        maps: dict[str, JsonMap] = {}
        for name, value in self.row.values.items():
            map_name, dot, key = name.partition(".")
            if not self.kind.has(name):
                self._fault(name, f"unknown field; allowed: {self.kind.allowed}")
            elif dot:
                self._fill(maps.setdefault(map_name, {}), {key: value}, name=name)
            elif name in self.kind.maps and isinstance(value, dict):
                self._fill(maps.setdefault(name, {}), value, name=name)
            elif name in self.kind.codes:
                yield from self._id(name, value)
            elif name in self.kind.instants:
                yield from self._instant(name, value)
            else:
                yield name, value
        yield from maps.items()

    def _fill(self, found: JsonMap, more: JsonMap, *, name: str) -> None:
        for key in sorted(found.keys() & more.keys()):
            self._fault(name, f"the key {key!r} is given twice")
        found.update(more)

    def _id(self, name: str, code: JsonValue) -> Iterator[tuple[str, str]]:
        id_field = self.kind.codes[name]
        found = self.ids(code) if isinstance(code, str) else None
        if id_field in self.row.values:
            self._fault(name, f"give {name} or {id_field}, not both")
        elif found is None:
            self._fault(name, f"no configuration item has this code, got {got(code)}")
            self.faulty.add(id_field)
        else:
            yield id_field, found

    def _instant(self, name: str, value: JsonValue) -> Iterator[tuple[str, datetime]]:
        """Yield the instant in UTC; one without a zone is UTC already."""
        try:
            yield name, in_utc(datetime.fromisoformat(str(value)))
        except (ValueError, OverflowError):
            example = "2026-01-31T08:00:00Z"
            self._fault(name, f"must be an ISO 8601 instant such as {example}, got {got(value)}")

    def _validated(self, values: dict[str, object]) -> RecordT | None:
        try:
            return self.kind.record.model_validate(values)
        except ValidationError as error:
            for fault in error.errors(include_url=False, include_context=False):
                name = ".".join(map(str, fault["loc"]))
                text = fault["msg"][:1].lower() + fault["msg"][1:]
                if not self.faulty & {name, name.partition(".")[0]}:
                    self._fault(name, f"{text}, got {got(fault['input'])}")
            return None
