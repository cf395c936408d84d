"""The loops of a CEL condition: nested freely, some take hours, and nothing can stop them."""

import re
from typing import Final

_LITERAL: Final = re.compile(
    r"//[^\n]*"
    r"|(?<!\w)[bB]?[rR][bB]?(?:'''.*?'''|\"\"\".*?\"\"\"|'[^'\n]*'|\"[^\"\n]*\")"
    r"|'''(?:\\.|.)*?'''|\"\"\"(?:\\.|.)*?\"\"\"|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"",
    re.DOTALL,
)
_MACRO: Final = r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*(?P<item>\w+)\s*,"
_PART: Final = re.compile(
    rf"(?:(?P<of>\b\w+)(?:\.\w+|\[\w+\])*\s*)?(?<!\.)(?P<macro>{_MACRO})|[()]"
)


def loop_items(condition: str) -> set[str]:
    """Return the names that loops give to the items of what they go over."""
    return {part["item"] for part in _PART.finditer(_LITERAL.sub("''", condition)) if part["item"]}


def has_endless_loops(condition: str) -> bool:
    """Return whether a loop is inside of another one, and not over a part of its item.

    `history.rows.all(row, row.tags.exists(tag, tag == 'x'))` looks at each tag once.
    """
    items = list[str | None]()
    for part in _PART.finditer(_LITERAL.sub("''", condition)):
        if part["macro"]:
            around = next((item for item in reversed(items) if item), None)
            if around not in {None, part["of"]}:
                return True
            items.append(part["item"])
        elif part[0] == "(":
            items.append(None)
        elif items:
            items.pop()
    return False
