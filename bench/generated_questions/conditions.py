"""How conditions and their values are worded."""

from typing import Final

from bench.generated_questions.vocabulary import Field
from bench.questions.reading_estates import Cell

EITHER: Final = "either"  # a condition that holds where one of two does stands alone
HOW: Final = (
    (">", "more than|over|above|greater than"),
    (">=", "at least|no less than|not less than|minimum"),
    ("<", "less than|under|below|fewer than"),
    ("<=", "at most|no more than|not more than|up to|maximum"),
)
COUNTS: Final = (("more than {}", ">"), ("at least {}", ">="), ("exactly {}", "="), ("no", "="))
BUT: Final = ("except", "except for", "other than", "apart from", "excluding")
HAVING: Final = (
    ("some-of", ""),
    ("some-of", ""),
    ("none-of", ""),
    ("more-than-of", "having count(*) > {n}"),
    ("at-least-of", "having count(*) >= {n}"),
    ("exactly-of", "having count(*) = {n}"),
)


def spoken(field: Field, value: Cell) -> str:
    """Return how a value is said."""
    written = str(value)
    plain = f"{written}|{written.replace('_', ' ')}" if "_" in written else written
    return field.said.get(written, plain)


def filled(words: str, field: Field, value: Cell) -> str:
    """Return wordings with each way that a value is said."""
    said = spoken(field, value).split("|")
    return "|".join(each.format(v=v) for each in words.split("|") for v in said) if words else ""
