"""Searching in runs; see `domain.ports.RunSearch`."""

from collections.abc import Collection

import sqlalchemy as sa

from domain.errors import NothingToSearch
from domain.ports import FoundRuns, Lag
from infrastructure.event_store.run_lines import SELECT_LINES, found_runs, lines
from infrastructure.event_store.tables import RUN_SUMMARIES
from infrastructure.projections.generations import CatchUp, caught_up, live_generation
from infrastructure.projections.tables import RUN_ITEMS, RUN_SEARCH

_NAME = RUN_SEARCH.name
_SQLITE = sa.text("SELECT rowid FROM run_search_words WHERE run_search_words MATCH :asked")
_POSTGRESQL = sa.text(
    "SELECT id FROM run_search_words WHERE words @@ to_tsquery('simple', :asked)"
)


class SqlRunSearch:
    """Searches after catching up.

    Newest first and not by relevance: how rare a word is would be told by other tenants' runs.
    """

    def __init__(self, engine: sa.Engine, catch_up: CatchUp) -> None:
        self._engine, self._catch_up = engine, catch_up

    def search(
        self, tenant_id: str, text: str, *, limit: int, before: str | None = None
    ) -> FoundRuns:
        """See `RunSearch`. Raises `ForkedLog` and `CorruptLog` as well."""
        from infrastructure.projections.run_words import words  # noqa: PLC0415 - for searches only

        terms = [found for term in text.split() if (found := words(term))]
        if not terms:
            raise NothingToSearch(text)
        lag = caught_up(self._catch_up, _NAME)
        # Ids of runs sort by time. Only the runs that are shown are looked up in the run list.
        newest = (
            sa.select(RUN_SEARCH.c.run_id)
            .where(
                RUN_SEARCH.c.generation == live_generation(_NAME),
                RUN_SEARCH.c.tenant_id == tenant_id,
                RUN_SEARCH.c.id.in_(self._having(tenant_id, terms)),
                sa.true() if before is None else RUN_SEARCH.c.run_id < before,
            )
            .order_by(RUN_SEARCH.c.run_id.desc())
            .limit(limit)
        )
        return self._listed(tenant_id, newest, lag)

    def reading(
        self, tenant_id: str, items: Collection[str], *, limit: int, before: str | None
    ) -> FoundRuns:
        """See `RunSearch`. Raises as `search` does."""
        lag, read = caught_up(self._catch_up, RUN_ITEMS.name), RUN_ITEMS.c
        of_items = sa.select(read.run_id).where(
            read.generation == live_generation(RUN_ITEMS.name),
            read.tenant_id == tenant_id,
            read.item.in_([each.lower() for each in items]),
            sa.true() if before is None else read.run_id < before,
        )
        newest = of_items.distinct().order_by(read.run_id.desc()).limit(limit)
        return self._listed(tenant_id, newest, lag)

    def _listed(self, tenant_id: str, newest: sa.Select[tuple[str]], lag: Lag) -> FoundRuns:
        query = SELECT_LINES.where(
            RUN_SUMMARIES.c.tenant_id == tenant_id, RUN_SUMMARIES.c.run_id.in_(newest)
        )
        with self._engine.connect() as connection:
            listed = lines(connection, query.order_by(RUN_SUMMARIES.c.run_id.desc()))
            return found_runs(listed, lag)

    def _having(self, tenant_id: str, terms: list[list[str]]) -> sa.TextualSelect:
        """Return the ids of what has all the terms, the last word of each only begun."""
        if self._engine.dialect.name == "postgresql":
            asked = " & ".join(f"({' <-> '.join(term)}:*)" for term in terms)
            return _POSTGRESQL.bindparams(asked=asked).columns(RUN_SEARCH.c.id)
        phrases = " AND ".join(f'words : "{" ".join(term)}" *' for term in terms)
        asked = f'tenant : "x{tenant_id.encode().hex()}" AND {phrases}'
        return _SQLITE.bindparams(asked=asked).columns(RUN_SEARCH.c.id)
