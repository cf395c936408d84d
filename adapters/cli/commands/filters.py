"""From options to a filter of runs."""

from datetime import datetime

import typer

from domain.run_filter.fields import RUN_FIELDS
from domain.run_filter.filter import NEEDS_ATTENTION, RunFilter, all_of, equal
from domain.run_filter.parser import parse_filter


def run_filter(
    query: str | None,
    *,
    now: datetime,
    state: str | None = None,
    status: str | None = None,
    has_attention: bool = False,
) -> RunFilter:
    """Return the runs that all the options mean.

    Raises `typer.BadParameter` for a word that does not exist, and `FilterRefused`.
    """
    parts: list[RunFilter] = []
    if query is not None:
        parts.append(parse_filter(query, now=now))
    for name, word in (("state", state), ("status", status)):
        if word is not None:
            parts.append(_one_of_the_words(name, word))
    if has_attention:
        parts.append(NEEDS_ATTENTION)
    return all_of(*parts)


def _one_of_the_words(name: str, word: str) -> RunFilter:
    allowed = RUN_FIELDS[name].words
    if word not in allowed:
        message = f"{word!r} does not exist; allowed: {', '.join(allowed)}"
        raise typer.BadParameter(message, param_hint=f"--{name}")
    return equal(name, word)
