"""The numbers in a text, by their values."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"(?:(?<![\w.-])-)?\d+(?:,\d{3})*(?:\.\d+)?", re.ASCII)


def numbers_in(text: str) -> list[Decimal]:
    """Return the numbers in the order of the text: 1,200.50 and 1200.5 are one number.

    Digits of a name count, too; a minus between letters or digits is a hyphen.
    """
    return [Decimal(found.replace(",", "")) for found in _NUMBER.findall(text)]
