"""The projection of the words in questions and answers, which the search of runs reads."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from domain.run.events import HistoryEntry, ResponseComposed, RunRequested
from infrastructure.database.upsert import insert_into
from infrastructure.projections.projection import View
from infrastructure.projections.tables import RUN_SEARCH

TEXT_CHARACTERS: Final = 100_000
"""So much of an answer can be found; PostgreSQL indexes at most a megabyte."""

_KEY = ("tenant_id", "run_id")
_WORD = re.compile(r"[^\W_]+")


class RunSearchProjection:
    """See `infrastructure.projections.projection.Projection`."""

    name: Final = RUN_SEARCH.name
    types: Final = frozenset({RunRequested.stored_as, ResponseComposed.stored_as})
    view: Final = View(RUN_SEARCH, key=_KEY, values=("question", "answer"))

    def apply(
        self, connection: sa.Connection, entries: Sequence[HistoryEntry], *, generation: int
    ) -> None:
        """See `Projection`."""
        texts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for entry in entries:
            run = texts[entry.envelope.tenant_id, entry.envelope.stream_id]
            match entry.event:
                case RunRequested(question=question):
                    run["question"] = " ".join(words(question[:TEXT_CHARACTERS]))
                case ResponseComposed(answer=answer):
                    run["answer"] = " ".join(words(answer[:TEXT_CHARACTERS]))
                case _:
                    pass
        rows = [
            {"generation": generation, "tenant_id": tenant_id, "run_id": run_id}
            | {name: run.get(name) for name in self.view.values}
            for (tenant_id, run_id), run in texts.items()
        ]
        if rows:
            connection.execute(_setting(connection.dialect), rows)


def words(text: str) -> list[str]:
    """Return the words, as they are found: small letters and digits, without accents.

    Databases split text in ways of their own; of what is split already they make the same words.
    """
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _WORD.findall(letters)


@lru_cache(2)
def _setting(dialect: sa.Dialect) -> Any:  # noqa: ANN401 - either database's own INSERT
    insert = insert_into(RUN_SEARCH, dialect)
    known = {
        name: sa.func.coalesce(insert.excluded[name], RUN_SEARCH.c[name])
        for name in RunSearchProjection.view.values
    }
    return insert.on_conflict_do_update(index_elements=["generation", *_KEY], set_=known)
