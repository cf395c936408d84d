"""The fingerprint of an error: the same for errors that differ only in names and numbers."""

import hashlib
import re
from typing import Final

_LENGTH: Final = 12
_VARYING: Final = re.compile(
    r"""
    (?<!\w)'[^']*' | "[^"]*" | `[^`]*`                # what is quoted; not "can't"
    | [\u201c\u201e][^\u201d\u201c]*[\u201d\u201c] | \u2018[^\u2019]*\u2019
    | \w+://\S+                                             # addresses
    | (?<![\w/])(?:~|[a-z]:)?(?:[/\\][\w.@+-]+)+[/\\]?      # paths
    | [\w.:/@+-]*\d[\w.:/@+-]*                              # ids, times and numbers
    """,
    re.VERBOSE,
)


def error_fingerprint(code: str, message: str, *, where: str) -> str:
    """Return 12 hexadecimal digits that tell a kind of error.

    `where` is the stage or the tool call that failed. Of the message, the words count, but not
    what is quoted, no path, and no word with a digit in it.
    """
    words = " ".join(_VARYING.sub("*", message.casefold()).split())
    kind = "\n".join((code, where, words))
    return hashlib.sha256(kind.encode(errors="replace")).hexdigest()[:_LENGTH]


def call_fingerprint(code: str, message: str, *, tool: str, operation: str) -> str:
    """Return the fingerprint of the error of a tool call: whichever call of a plan it was."""
    return error_fingerprint(code, message, where=f"{tool}.{operation}")
