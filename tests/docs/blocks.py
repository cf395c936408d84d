"""The command lines in the code blocks of the README and of the documentation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = [
    ROOT / "README.md",
    *sorted(ROOT.glob("docs/tutorial/*.md")),
    *sorted(ROOT.glob("docs/how-to/*.md")),
    *sorted(ROOT.glob("docs/reference/*.md")),
]
_BLOCK: Final = re.compile(r"^```([^\n]*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_CALL: Final = re.compile(r"(?:^|[|(] ?|xargs -n 1 )opstrail ")
_GOES_ON: Final = re.compile(r"\s*\\\n\s*")
_OTHER_LANGUAGES: Final = {"yaml", "python"}


def commands_of(page: Path) -> Iterator[str]:
    """Yield the lines that call opstrail, without their comments.

    Where lines have a prompt, the others are output. A line goes on after a backslash at its end.
    """
    for language, text in _BLOCK.findall(page.read_text(encoding="utf-8")):
        lines = [line.strip() for line in _GOES_ON.sub(" ", text).splitlines()]
        typed = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")] or lines
        if language not in _OTHER_LANGUAGES:
            called = (line.partition(" #")[0].rstrip() for line in typed)
            yield from (line for line in called if _CALL.search(line))


def pages_with_commands() -> dict[str, list[str]]:
    """Return the command lines by page; one that several have is that of the first."""
    found, seen = dict[str, list[str]](), set[str]()
    for page in PAGES:
        own = [line for line in dict.fromkeys(commands_of(page)) if line not in seen]
        seen.update(own)
        if own:
            found[str(page.relative_to(ROOT))] = own
    return found
