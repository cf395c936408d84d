"""A log file as its batches, each proven before it is given out."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

import zstandard
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError

from domain.aggregate.envelope import GENESIS, RecordedEvent
from domain.audit.chain import content_hash, next_log_hash
from domain.audit.event_lines import EnvelopeLine, Hash, unfit, unfit_name
from domain.json import JsonMap
from domain.payloads import Payload, foreign_payload_problem, payload_name
from domain.services.log import LogFileRefused
from domain.times import recorded_instant
from domain.values.limits import BATCH_BYTES, BATCH_EVENTS, WINDOW_BYTES
from domain.values.text import shown
from infrastructure.event_store.tables import MAIN_LOG
from infrastructure.log_files.lines import lines_of, read

_ZSTD: Final = b"\x28\xb5\x2f\xfd"


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _named(text: str) -> str:
    if why := unfit_name(text):
        raise PydanticCustomError("name", "{why}", {"why": why})  # noqa: EM101 - its kind
    return text


_Name = Annotated[str, AfterValidator(_named)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Header(_Value):
    """What the file holds: the log up to a position, and its hash there."""

    format: Literal["opstrail-log"]
    format_version: Literal[1, 2]
    log: Literal["main"]
    first_position: Literal[1]
    last_position: int
    log_hash: Hash


class FileKey(_Value):
    """An idempotency key, and the first event of what was appended with it."""

    tenant_id: _Name
    key: _Name
    digest: Hash
    first_position: int


class _Batch(_Value):
    first_position: int
    last_position: int
    log_hash: Hash
    committed_at: str
    keys: tuple[FileKey, ...]


class _Event(EnvelopeLine):
    position: int


class _Payload(_Value):
    position: int
    tenant_id: _Name
    digest: Hash
    size: int
    content: Annotated[bytes, BeforeValidator(_from_base64)]


class _PayloadLine(_Value):
    payload: _Payload


class _BatchLine(_Value):
    batch: _Batch


class _EventLine(_Value):
    event: _Event


_Model = TypeVar("_Model", bound=BaseModel)
_Lines = Iterator[tuple[int, JsonMap]]


@dataclass(frozen=True, slots=True)
class FilePayload:
    """A payload, and the position of the first event that names it."""

    tenant_id: str
    position: int
    payload: Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class FileBatch:
    """Events that were committed together; `line` is where the batch begins in the file."""

    line: int
    log_hash: bytes
    keys: tuple[FileKey, ...]
    events: tuple[RecordedEvent, ...]


class LogFile:
    """An open log file. Reading it raises `LogFileRefused` at the first line that is wrong."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines: _Lines = read(lines)
        self._line = 0
        self.header = self._next(Header)

    def parts(self) -> Iterator[FilePayload | FileBatch]:
        """Yield every batch, in order: positions without gaps, log hashes that add up.

        A payload comes before the batch of the first event that names it.
        """
        position, log_hash = 0, GENESIS
        while position < self.header.last_position:
            part = self._part(position)
            if isinstance(part, FilePayload):
                yield part
                continue
            batch = part
            position += len(batch.events)
            hashes = [event.envelope.content_hash for event in batch.events]
            log_hash = next_log_hash(log_hash, hashes)
            if log_hash != batch.log_hash:
                raise LogFileRefused(batch.line, why="the events do not add up to its log hash")
            yield batch
        if log_hash != self.header.log_hash or next(self._lines, None) is not None:
            raise LogFileRefused(self._line, why="the log does not end as the first line says")

    def _part(self, position: int) -> FilePayload | FileBatch:
        value = self._next_value()
        if "payload" in value:
            return self._payload(self._fitting(value, _PayloadLine).payload)
        return self._batch(self._fitting(value, _BatchLine).batch, position)

    def _payload(self, found: _Payload) -> FilePayload:
        payload = Payload(found.digest, found.size, found.content)
        problem = foreign_payload_problem(payload)
        if problem:
            name = payload_name(found.tenant_id, found.digest)
            raise LogFileRefused(self._line, why=f"{name}: {problem}")
        return FilePayload(found.tenant_id, found.position, payload)

    def _batch(self, batch: _Batch, position: int) -> FileBatch:
        line = self._line
        if batch.first_position != position + 1 or batch.last_position <= position:
            raise LogFileRefused(line, why=f"the batch does not begin at position {position + 1}")
        if batch.last_position - position > BATCH_EVENTS:
            raise LogFileRefused(line, why=f"a batch has at most {BATCH_EVENTS:,} events")
        positions = range(batch.first_position, batch.last_position + 1)
        events = tuple(self._events(positions))
        return FileBatch(line=line, log_hash=batch.log_hash, keys=batch.keys, events=events)

    def _events(self, positions: range) -> Iterator[RecordedEvent]:
        size = 0
        for position in positions:
            event = self._event(position)
            size += len(event.envelope.data)
            if size > BATCH_BYTES:
                why = f"its batch has more than {BATCH_BYTES:,} bytes"
                raise LogFileRefused(self._line, why=why)
            yield event

    def _event(self, position: int) -> RecordedEvent:
        event = self._next(_EventLine).event
        if event.position != position:
            raise LogFileRefused(self._line, why=f"the event is not that of position {position}")
        envelope = event.envelope()
        if content_hash(envelope) != envelope.content_hash:
            raise LogFileRefused(self._line, why="the content does not fit its hash")
        if recorded_instant(envelope.recorded_at) is None:
            why = f"recorded_at is no time: {shown(envelope.recorded_at)}"
            raise LogFileRefused(self._line, why=why)
        if problem := unfit(envelope):
            raise LogFileRefused(self._line, why=problem)
        return RecordedEvent(MAIN_LOG, position, envelope)

    def _next(self, model: type[_Model]) -> _Model:
        return self._fitting(self._next_value(), model)

    def _next_value(self) -> JsonMap:
        self._line, value = next(self._lines, (self._line + 1, {}))
        if not value:
            raise LogFileRefused(self._line, why="the file ends too early")
        return value

    def _fitting(self, value: JsonMap, model: type[_Model]) -> _Model:
        try:
            return model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise LogFileRefused(self._line, why=f"{where}: {first['msg']}") from error


@contextmanager
def open_log_file(path: Path) -> Iterator[LogFile]:
    """Give the log of a file, compressed or not. Raises `LogFileRefused`, `OSError`."""
    with path.open("rb") as file:
        if not file.peek(len(_ZSTD)).startswith(_ZSTD):
            yield LogFile(lines_of(file))
            return
        unpacking = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES)
        with unpacking.stream_reader(file) as plain:
            yield LogFile(_unpacked(lines_of(io.BufferedReader(plain))))


def _unpacked(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the lines. Raises `LogFileRefused` where the stream cannot be unpacked."""
    number = 0
    try:
        for number, line in enumerate(lines, start=1):  # noqa: B007 - it is told
            yield line
    except zstandard.ZstdError as error:
        why = f"it cannot be unpacked ({error}); a stream may refer back {WINDOW_BYTES:,} bytes"
        raise LogFileRefused(number + 1, why=why) from error
