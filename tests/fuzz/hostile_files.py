"""Files that were good and are damaged: estates, plans, results, patches, bundles and logs."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from tests.fuzz.hostile_values import NUMBERS, TEXTS

_LONGEST: Final = 1 << 20
"""So long is a file at most, in bytes: those that make memory full have tests of their own."""
_VALUE: Final = re.compile(rb'"[^"\n]{0,40}"|-?\d+(\.\d+)?|true|false|null')


@dataclass(frozen=True, slots=True)
class HostileFiles:
    """Writes damaged copies of good files into a folder."""

    good: tuple[Path, ...]
    folder: Path

    def some(self, random: Random, *suffixes: str) -> str:
        """Return the path of a copy, damaged more often than not, of a file of these suffixes."""
        file = random.choice([each for each in self.good if each.name.endswith(suffixes)])
        content = file.read_bytes()
        for _ in range(random.choice((0, 1, 1, 1, 2, 5))):
            content = damaged(content, random)[:_LONGEST]
        copy = self.folder / file.name
        copy.write_bytes(content)
        return str(copy)


def damaged(content: bytes, random: Random) -> bytes:
    """Return the content cut, turned, doubled, or with another value in it."""
    at, end = sorted(random.randrange(len(content) + 1) for _ in range(2))
    match random.randrange(7):
        case 0:
            return content[:at]
        case 1:
            return content[:at] + random.randbytes(random.choice((1, 3))) + content[at + 1 :]
        case 2:
            return content[:end] + content[at:end] * random.choice((1, 2, 50)) + content[end:]
        case 3:
            return content[:at] + content[end:]
        case 4:
            return (
                content[:at] + random.choice(TEXTS).encode(errors="surrogatepass") + content[at:]
            )
        case _:
            return _with_another_value(content, random)


def _with_another_value(content: bytes, random: Random) -> bytes:
    found = list(_VALUE.finditer(content))
    if not found:
        return content
    place = random.choice(found)
    text = json.dumps(random.choice(TEXTS)) if random.random() < 0.6 else random.choice(NUMBERS)
    return content[: place.start()] + text.encode() + content[place.end() :]
