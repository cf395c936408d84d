"""The one text policy: what a text from outside may hold, and how a text is shown.

Refused everywhere: NUL and the other control characters, half characters (lone surrogates), what
turns the direction of writing, what is not seen (zero-width characters and other fillers), the
separators of lines and paragraphs, and noncharacters. A text of lines may have newlines, tabs, and
the joiners, variants and marks that scripts, emoji and music need between letters. A name is one
line of letters in Unicode's composed form (NFC) without blanks around it.

BadText   a text from outside holds what no text may, is too long, or says nothing
"""

import re
import reprlib
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

from domain.errors import Refused
from domain.values import limits

_SHOWN_CHARACTERS: Final = 60
_ESCAPES: Final = "".join(
    (
        "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f",  # control characters but tab and the ends of lines
        "\ud800-\udfff",  # half characters
        "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",  # the direction of writing
        "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb",  # not seen
        "\u115f\u1160\u17b4\u17b5\u3164\uffa0",  # fillers: letters that are blank
        "\u2028\u2029",  # separators of lines and paragraphs
        "\ufdd0-\ufdef\ufffe\uffff",  # noncharacters, and those of the other planes:
        *(f"{chr(last - 1)}{chr(last)}" for last in range(0x1FFFF, 0x110000, 0x10000)),
        "\U000e0000-\U000e00ff",  # tags
    )
)
_NOWHERE: Final = re.compile(f"[{_ESCAPES}]|\r(?!\n)")
_UNSEEN: Final = "".join(
    (
        "\u034f\u180b-\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef",  # joiners, variants
        "\u2800\U0001d173-\U0001d17a\U0001bca0-\U0001bca3\U00013430-\U00013438",  # blank
    )
)
"""What texts of some scripts need between their letters, and a name does not."""
_NOT_IN_NAMES: Final = re.compile(f"[{_ESCAPES}\t\n\r{_UNSEEN}]")
# The part before the host is SQLAlchemy's, which takes more than a URL may hold there.
_PASSWORD: Final = re.compile(r"(?<=://)([^:/\n]*:).*(?=@)|([?&]([^=&?\s]+)=)[^&\s'\"]+")
_PASSWORD_OPTIONS: Final = ("password", "sslpassword")


class BadText(Refused):
    """A text from outside cannot be taken; `where` says which, `why` what is wrong with it."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        super().__init__(f"{where}: {why}")


@dataclass(frozen=True, slots=True)
class TextRule:
    """What a kind of text may be; a name is one line, without blanks around it."""

    limit: int
    is_name: bool = False

    def taken(self, text: str) -> str:
        """Return the text as it is kept. Raises `ValueError`, which says what is wrong."""
        if why := self.problem(text):
            raise ValueError(why)
        return unicodedata.normalize("NFC", text) if self.is_name else text

    def problem(self, text: str) -> str | None:
        """Return what is wrong with the text, or None."""
        if len(text) > self.limit:
            return f"it has {len(text)} characters, and at most {self.limit} are taken"
        if why := forbidden(text, in_name=self.is_name):
            return why
        bare = text.strip()
        if not bare:
            return "it may not be empty"
        if self.is_name and bare != text:
            return f"it has blanks around it, got {shown(text)}; was {shown(bare)} meant?"
        return None


QUESTION: Final = TextRule(limits.QUESTION_CHARACTERS)
REMARK: Final = TextRule(limits.REMARK_CHARACTERS)
NAME: Final = TextRule(limits.NAME_CHARACTERS, is_name=True)
PATH: Final = TextRule(limits.PATH_CHARACTERS)


def forbidden(text: str, *, in_name: bool = False) -> str | None:
    """Return which character the text may not hold and where it stands, or None."""
    place = forbidden_at(text, in_name=in_name)
    if place is None:
        return None
    return f"it holds {named(text[place])} at character {place + 1}, got {shown(text)}"


def forbidden_at(text: str, *, in_name: bool = False) -> int | None:
    """Return where the first character stands that the text may not hold, or None."""
    found = (_NOT_IN_NAMES if in_name else _NOWHERE).search(text)
    return None if found is None else found.start()


def named(letter: str) -> str:
    """Return how messages name a character: by its number and, if it has one, its name."""
    unnamed = {"Cc": "a control character", "Cs": "half a character"}
    kind = unnamed.get(unicodedata.category(letter), "no character")
    return f"U+{ord(letter):04X} ({unicodedata.name(letter, kind).lower()})"


def code_key(code: str) -> str:
    """Return the form by which codes are the same: whatever their case, blanks or Unicode form."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def replaced(text: str) -> str:
    """Return the text with newlines, tabs and joiners, and U+FFFD for what no text may hold."""
    return _NOWHERE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def escaped(json_text: str) -> str:
    """Return JSON text in which what no text may hold is escaped, and means the same."""
    return _NOWHERE.sub(_escape, json_text)


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[start : start + 4]}" for start in range(0, len(units), 4))


def without_passwords(text: str) -> str:
    """Return a text that may hold URLs without the passwords in them."""
    return _PASSWORD.sub(_without_password, text)


def _without_password(found: re.Match[str]) -> str:
    before, option, name = found.groups()
    if before is None and unquote_plus(name).lower() not in _PASSWORD_OPTIONS:
        return found[0]
    return f"{before or option}***"


def shown(value: object) -> str:
    """Return a value as messages show it: quoted, escaped, and cut when it is long."""
    if not isinstance(value, str):
        return _shown_other(value)
    quoted = repr(without_passwords(value[: limits.PATH_CHARACTERS])[:_SHOWN_CHARACTERS])
    text = _NOT_IN_NAMES.sub(_escape, quoted)
    return text if len(value) <= _SHOWN_CHARACTERS else f"{text}... ({len(value)} characters)"


def _shown_other(value: object) -> str:
    try:
        return reprlib.repr(value)
    except ValueError:  # an integer of thousands of digits
        return "a very large number"
