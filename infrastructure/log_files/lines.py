"""The lines of a log file, each proven by the digest that it begins with.

    line   = {"sha256":"<digest in hex>",<rest>
    digest = SHA-256( digest of the line before, 32 zero bytes before the first, || rest )

So a changed, missing, added or moved line is found at its number, without reading on. The written
specification is docs/reference/log-files.md.
"""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Final

import orjson

from domain.json import JsonMap
from domain.services.log import LogFileRefused

_BEGINNING: Final = b'{"sha256":"'
_HEX: Final = slice(len(_BEGINNING), len(_BEGINNING) + 64)
_REST: Final = _HEX.stop + len(b'",')


def written(values: Iterable[JsonMap]) -> Iterator[bytes]:
    """Yield each value as a line, with its newline."""
    digest = bytes(32)
    for value in values:
        rest = orjson.dumps(value)[1:]
        digest = hashlib.sha256(digest + rest).digest()
        yield b"".join((_BEGINNING, digest.hex().encode(), b'",', rest, b"\n"))


def read(lines: Iterable[bytes]) -> Iterator[tuple[int, JsonMap]]:
    """Yield number and value of each line. Raises `LogFileRefused` at the first changed one."""
    digest = bytes(32)
    for number, line in enumerate(lines, start=1):
        rest = line[_REST:].removesuffix(b"\n")
        digest = hashlib.sha256(digest + rest).digest()
        expected = b"".join((_BEGINNING, digest.hex().encode(), b'",', rest, b"\n"))
        if line != expected:
            raise LogFileRefused(number, why="it does not fit its digest, or the line before")
        try:
            yield number, orjson.loads(b"{" + rest)
        except orjson.JSONDecodeError as error:
            raise LogFileRefused(number, why=f"it is not JSON: {error}") from error
