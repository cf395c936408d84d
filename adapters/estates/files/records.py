"""The records of files: each row is turned into one, and faults are noted.

Codes become ids, dotted fields maps, and instants are brought into UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, JsonValue, ValidationError

from adapters.estates.files.ci_ids import CiIds
from adapters.estates.files.kinds import Kind
from adapters.estates.files.problems import Place, Problems, got
from adapters.estates.files.rows import Row, file_rows
from domain.estate.records import ConfigurationItem
from domain.estate.repeats import Repeats
from domain.json import JsonMap
from domain.times import in_utc
from domain.values.rows import take_row
from domain.values.text import code_key

RecordT = TypeVar("RecordT", bound=BaseModel)
_Key = tuple[str, tuple[object, ...]]
"""The names of fields, and their values, which no two records may share."""


class FileRecords(Generic[RecordT]):
    """The records of all files of one kind.

    They are read anew each time that they are asked for, and never held all at once.
    """

    def __init__(self, files: Sequence[Path], kind: Kind[RecordT], ids: CiIds) -> None:
        self._files, self._kind, self._ids = files, kind, ids

    def __iter__(self) -> Iterator[RecordT]:
        """Yield each record. Raises `ImportRefused` if a file has changed and has problems now."""
        problems = Problems()
        for _, record in self._read(problems):
            yield record
        problems.refuse()

    def check(self, problems: Problems) -> None:
        """Note all problems of the files."""
        repeats = Repeats()
        for _, record in self._read(problems):
            for key in _keys(record, self._kind):
                repeats.note(key)
        if suspects := repeats.suspects():
            self._note_repeated(suspects, problems)

    def _note_repeated(self, suspects: set[int], problems: Problems) -> None:
        places: dict[_Key, Place] = {}
        for row, record in self._read(Problems()):
            for key in _keys(record, self._kind):
                if hash(key) not in suspects:
                    continue
                first = places.setdefault(key, row.place)
                if first != row.place:
                    names, values = key
                    shown = " ".join(str(value) for value in values)
                    problems.add(row.place, names, f"{shown!r} is already in {first}")

    def _read(self, problems: Problems) -> Iterator[tuple[Row, RecordT]]:
        for path in self._files:
            for row in file_rows(path, kind=self._kind, problems=problems):
                if self._kind.record is ConfigurationItem:
                    self._ids.note(row)
                if unfit := take_row(row.values, names=self._kind.names):
                    for name, why in unfit:
                        problems.add(row.place, name, why)
                    continue
                record = quick_record(row.values, self._kind, self._ids)
                if record is None:
                    record = _Reading(row, self._kind, self._ids, problems).record()
                if record is not None:
                    yield row, record


def quick_record(given: dict[str, JsonValue], kind: Kind[RecordT], ids: CiIds) -> RecordT | None:
    """Return the record of a usual row; None where it takes a closer look.

    It knows neither dotted fields nor what is wrong with a row, but takes a third of the time.
    """
    values: dict[str, object] = dict(given)
    try:
        for name, id_field in kind.codes.items():
            if name in values:
                code = values.pop(name)
                if id_field in values:
                    return None
                values[id_field] = ids.of(code)  # type: ignore[arg-type]  # or it has no casefold()
        for name in kind.instants:
            if values.get(name) is not None:
                values[name] = _instant(values[name])
        return kind.record.model_validate(values)
    except (AttributeError, TypeError, ValueError, OverflowError):
        return None


def marked(record: RecordT, given: set[str]) -> RecordT:
    """Return the record, marked as saying something of the given fields only."""
    return record.model_construct(given, **record.__dict__)


@lru_cache(maxsize=1000)
def _instant(text: str) -> datetime:
    """Return the instant in UTC; one without a zone is UTC already. Many points share one."""
    return in_utc(datetime.fromisoformat(text))


def _keys(record: BaseModel, kind: Kind[BaseModel]) -> Iterator[_Key]:
    yield kind.key_text, tuple([getattr(record, name) for name in kind.key])
    if isinstance(record, ConfigurationItem):
        yield "ci_code", (code_key(record.ci_code),)


@dataclass(slots=True)
class _Reading(Generic[RecordT]):
    """Reads one row; a field with a problem is noted once, whoever finds it first."""

    row: Row
    kind: Kind[RecordT]
    ids: CiIds
    problems: Problems
    faulty: set[str] = field(default_factory=set)
    _keys: set[str] = field(default_factory=set)
    """The fields of the row that are one key of a map."""
    _maps: set[str] = field(default_factory=set)
    """The maps of which the row gives single keys only."""

    def record(self) -> RecordT | None:
        values = dict(self._values())
        missing = self.kind.required - values.keys() - self.faulty
        if self.kind.record is ConfigurationItem and self.ids.exists(values.get("ci_code")):
            return self._part(values, missing)
        for name in sorted(missing):
            codes = [code for code, target in self.kind.codes.items() if target == name]
            self._fault(name, " ".join(["is required, or", *codes] if codes else ["is required"]))
        if "ci_code" in self.faulty:
            self.faulty.add("ci_id")  # it is taken from the code
        return self._whole(values)

    def _whole(self, values: dict[str, object]) -> RecordT | None:
        record = self._validated(values)
        if record is None or self.faulty:
            return None
        if not self._keys:
            return record
        return marked(record, {*record.model_fields_set, *self._keys} - self._maps)

    def _part(self, values: dict[str, object], missing: set[str]) -> RecordT | None:
        """Return the record of an item that exists: what its row does not give stays as it is."""
        record = self._whole({**values, **dict.fromkeys(missing, "unchanged")})
        return record and marked(record, record.model_fields_set - missing)

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
                given: JsonMap = {} if value is None else {key: value}
                self._fill(maps.setdefault(map_name, {}), given, name=name)
                self._keys.add(name)
            elif name in self.kind.maps and isinstance(value, dict):
                self._fill(maps.setdefault(name, {}), value, name=name)
            elif name in self.kind.codes:
                yield from self._id(name, value)
            elif name in self.kind.instants:
                yield from self._instant(name, value)
            else:
                yield name, value
        self._maps.update(maps.keys() - self.row.values.keys())
        yield from maps.items()

    def _fill(self, found: JsonMap, more: JsonMap, *, name: str) -> None:
        for key in sorted(found.keys() & more.keys()):
            self._fault(name, f"the key {key!r} is given twice")
        found.update(more)

    def _id(self, name: str, code: JsonValue) -> Iterator[tuple[str, str]]:
        id_field = self.kind.codes[name]
        found = self.ids.of(code) if isinstance(code, str) else None
        if id_field in self.row.values:
            self._fault(name, f"give {name} or {id_field}, not both")
        elif found is None:
            self._fault(name, self.ids.why_not(code))
            self.faulty.add(id_field)
        else:
            yield id_field, found

    def _instant(self, name: str, value: JsonValue) -> Iterator[tuple[str, datetime | None]]:
        try:
            yield name, None if value is None else _instant(str(value))
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
