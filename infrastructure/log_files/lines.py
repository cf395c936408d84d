"""The lines of a log file, each proven by the digest that it begins with.

    line   = {"sha256":"<digest in hex>",<rest>
    digest = SHA-256( digest of the line before, 32 zero bytes before the first, || rest )

So a changed, missing, added or moved line is found at its number, without reading on. The written
specification is docs/reference/log-files.md.
"""

import hashlib
import itertools
from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

import orjson

from domain.json import JsonMap
from domain.services.log import LogFileRefused
from domain.values.json_text import has_more_values
from domain.values.limits import LINE_BYTES, LINE_VALUES

_BEGINNING: Final = b'{"sha256":"'
_HEX: Final = slice(len(_BEGINNING), len(_BEGINNING) + 64)
_REST: Final = _HEX.stop + len(b'",')
_LONG: Final = 1 << 20


def written(values: Iterable[JsonMap]) -> Iterator[bytes]:
    """Yield each value as a line, with its newline."""
    digest = bytes(32)
    for value in values:
        rest = orjson.dumps(value)[1:]
        digest = hashlib.sha256(digest + rest).digest()
        yield b"".join((_BEGINNING, digest.hex().encode(), b'",', rest, b"\n"))


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a file. Raises `LogFileRefused` before one is read that is too long."""
    for number in itertools.count(1):
        line = file.readline(LINE_BYTES + 1)
        if len(line) > LINE_BYTES:
            why = f"it has more than {LINE_BYTES:,} bytes, which is the most that is read"
            raise LogFileRefused(number, why=why)
        if not line:
            return
        yield line


def read(lines: Iterable[bytes]) -> Iterator[tuple[int, JsonMap]]:
    """Yield number and value of each line. Raises `LogFileRefused` at the first changed one."""
    digest = bytes(32)
    for number, line in enumerate(lines, start=1):
        hasher = hashlib.sha256(digest)
        hasher.update(memoryview(line)[_REST : -1 if line.endswith(b"\n") else None])
        digest = hasher.digest()
        beginning = b"".join((_BEGINNING, digest.hex().encode(), b'",'))
        if line[:_REST] != beginning or not line.endswith(b"\n"):
            raise LogFileRefused(number, why="it does not fit its digest, or the line before")
        yield number, _value(number, line)


def _value(number: int, line: bytes) -> JsonMap:
    # Few lines are so long, and to look into them takes longer than to read them.
    if len(line) > _LONG and has_more_values(line.decode("latin-1"), LINE_VALUES):
        why = f"it has more than {LINE_VALUES:,} values, which is the most that are read"
        raise LogFileRefused(number, why=why)
    try:
        value: JsonMap = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise LogFileRefused(number, why=f"it is not JSON: {error}") from error
    del value["sha256"]
    return value
