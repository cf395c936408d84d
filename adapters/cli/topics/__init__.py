"""What can be read with `opstrail help TOPIC`: pages of the documentation that are installed."""

import re
from importlib import resources
from typing import Final

from domain.errors import NotFound

TOPICS: Final = {
    "backups": "how a database is backed up and restored",
    "exit-codes": "how commands end",
    "filters": "what -q takes",
    "plans": "the plans of questions, and their files",
    "profiles": "databases, tenants and zones under names",
    "time-zones": "whose days and clock count, and how times are shown",
    "times": "how times are written",
}
"""The topics, each with what it is about."""

_MADE: Final = re.compile(r"\A<!--.*?-->\n+")
_LINK: Final = re.compile(r"(?<!!)\[([^\]]+)\]\([^)]+\)")


class NoSuchTopic(NotFound):
    """There is no help on this."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.args = (f"there is no help on {name!r}; topics: {', '.join(TOPICS)}",)


def topic_text(name: str) -> str:
    """Return what is written on a topic, in Markdown. Raises `NoSuchTopic`."""
    if name not in TOPICS:
        raise NoSuchTopic(name)
    return resources.files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")


def without_links(text: str) -> str:
    """Return the text as it is read in a terminal, where links lead nowhere."""
    return _LINK.sub(r"\1", _MADE.sub("", text))
