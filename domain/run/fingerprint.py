"""The fingerprint of an error: the same for errors that differ only in names and numbers."""

import hashlib
import re
from typing import Final

_LENGTH: Final = 12
_VARYING: Final = re.compile(
    r"""
    '[^']*' | "[^"]*" | `[^`]*`   # what is quoted
    | [\w.:/@+-]*\d[\w.:/@+-]*                        # ids, addresses, times and numbers
    """,
    re.VERBOSE,
)


def error_fingerprint(code: str, message: str, *, where: str) -> str:
    """Return 12 hexadecimal digits that tell a kind of error.

    `where` is the stage or the tool call that failed. Of the message, the words count, but not
    what is quoted and no word with a digit in it.
    """
    words = " ".join(_VARYING.sub("*", message.casefold()).split())
    kind = "\n".join((code, where, words))
    return hashlib.sha256(kind.encode(errors="replace")).hexdigest()[:_LENGTH]
