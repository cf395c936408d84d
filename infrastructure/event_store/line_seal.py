"""The seal of a line of the run list: it shows that the line is the one that was written.

The written specification is docs/reference/hash-chain.md.

seal = SHA-256( 0x05 "opstrail.run-line.v1" head-hash said* )     in the order of column names
said = column-name value, each as a field of `domain.audit.chain`; what says nothing is left out
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from domain.audit.chain import LENGTHS
from infrastructure.event_store.tables import RUN_SUMMARIES

_TAG: Final = b"\x05opstrail.run-line.v1"


def _nothing(name: str) -> object:
    """Return what a column has in the lines that were there before it was."""
    default: Any = RUN_SUMMARIES.c[name].server_default
    return None if default is None else str(default.arg).encode()


NAMES: Final = tuple(
    sorted(str(each.name) for each in RUN_SUMMARIES.columns if each.name != "seal")
)
"""The columns that are sealed, in the order in which they are."""

_COLUMNS: Final = range(len(NAMES))
_SAID: Final = tuple((LENGTHS[len(name)] + name.encode(), _nothing(name)) for name in NAMES)


def line_seal(values: Sequence[object], head_hash: bytes) -> bytes:
    """Return the seal of a line with these values, in the order of `NAMES`."""
    return sha256(b"".join((_TAG, head_hash, *map(_said, _COLUMNS, values)))).digest()


@lru_cache(maxsize=1024, typed=True)  # the lines of one run mostly say the same
def _said(column: int, value: object) -> bytes:
    """Return what a column says, nothing where it is left out."""
    name, nothing = _SAID[column]
    text = b"" if value is None else str(value).encode()
    return b"" if value is None or text == nothing else name + LENGTHS[len(text)] + text
