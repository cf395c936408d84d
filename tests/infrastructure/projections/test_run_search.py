"""Runs are found by the words of their questions and answers, in their own tenant."""

import pytest
import sqlalchemy as sa

from domain.errors import ForkedLog, NothingToSearch
from infrastructure.projections import generations
from infrastructure.projections.projections import Projections
from infrastructure.projections.run_search import SqlRunSearch
from infrastructure.projections.run_words import RunSearchProjection
from tests.contracts.event_samples import TENANT
from tests.infrastructure.projections.intruder import replace_log_hashes
from tests.infrastructure.projections.logs import Log, answered, asked, rows_of


@pytest.fixture
def search(engine: sa.Engine, projections: Projections) -> SqlRunSearch:
    return SqlRunSearch(engine, projections.catch_up)


def found(search: SqlRunSearch, text: str, *, tenant: str = TENANT, limit: int = 9) -> list[str]:
    return [run.run_id for run in search.search(tenant, text, limit=limit).summaries]


@pytest.mark.parametrize(
    "text",
    [
        "servers",
        "SERVERS",
        "serv",
        "srv-erp-01",
        "erp",
        "erp-0",
        "Zurich",
        "zürich",
        "which 42",
        "_which_?",
    ],
)
def test_a_run_is_found_by_what_was_asked_or_answered(
    log: Log, search: SqlRunSearch, text: str
) -> None:
    log.add(asked("Which servers are near srv-erp-01 in Zürich?"), answered("There are 42."))
    assert found(search, text) == ["run-1"]


@pytest.mark.parametrize("text", ["ervers", "erp-srv", "srv-01", "servers nothing", "OR", '"'])
def test_a_run_is_not_found_by_other_words(log: Log, search: SqlRunSearch, text: str) -> None:
    log.add(asked("Which servers are near srv-erp-01?"))
    try:
        assert found(search, text) == []
    except NothingToSearch:
        assert text == '"'


def test_a_text_without_words_is_refused(search: SqlRunSearch) -> None:
    with pytest.raises(NothingToSearch, match=r"'\?!' has no letter or digit to search for"):
        search.search(TENANT, "?!", limit=9)


def test_the_newest_runs_come_first(log: Log, search: SqlRunSearch) -> None:
    for number in range(3):
        log.add(asked(), run=f"run-{number}")
    assert found(search, "servers", limit=2) == ["run-2", "run-1"]


def test_runs_of_other_tenants_are_not_found(log: Log, search: SqlRunSearch) -> None:
    log.add(asked("theirs"), tenant="globex")
    log.add(asked("ours"))
    assert found(search, "theirs") == []
    assert found(search, "theirs", tenant="globex") == ["run-1"]


@pytest.mark.parametrize("tenant", ["x", "Acme ", 'a"b', "ünï", "*", ""])
def test_any_tenant_can_search(log: Log, search: SqlRunSearch, tenant: str) -> None:
    log.add(asked(), tenant=tenant)
    assert found(search, "servers", tenant=tenant) == ["run-1"]


def test_a_new_answer_takes_the_place_of_the_old_one(log: Log, search: SqlRunSearch) -> None:
    log.add(asked("how many"), answered("Two."))
    assert found(search, "two") == ["run-1"]
    log.add(answered("Three."))
    assert (found(search, "two"), found(search, "many three")) == ([], ["run-1"])


def test_a_run_is_found_as_soon_as_it_was_requested(log: Log, search: SqlRunSearch) -> None:
    assert found(search, "servers") == []
    log.add(asked())
    assert found(search, "servers") == ["run-1"]


def test_a_search_goes_on_until_it_has_read_everything(
    log: Log, search: SqlRunSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generations, "CATCH_UP_SECONDS", 0)
    monkeypatch.setattr("infrastructure.log.subscriptions.CHUNK_EVENTS", 1)
    for number in range(3):
        log.add(asked(), run=f"run-{number}")
    found = search.search(TENANT, "servers", limit=9)
    assert (len(found.summaries), found.unread_count) == (3, 0)


def test_a_search_waits_for_who_is_at_it(
    log: Log, engine: sa.Engine, projections: Projections
) -> None:
    log.add(asked())
    lags = iter([2, 2, 1])

    def catch_up(name: str, *, seconds: float) -> int:
        return next(lags, None) or projections.catch_up(name, seconds=seconds)

    found = SqlRunSearch(engine, catch_up).search(TENANT, "servers", limit=9)
    assert (len(found.summaries), found.unread_count, list(lags)) == (1, 0, [])


def test_what_could_not_be_searched_is_told(
    log: Log, engine: sa.Engine, search: SqlRunSearch, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(search, "servers")
    monkeypatch.setattr(generations, "PATIENCE_SECONDS", 0.1)
    log.add(asked())

    def stuck(name: str, *, seconds: float) -> int:
        return 2 if name and seconds else 0

    assert SqlRunSearch(engine, stuck).search(TENANT, "servers", limit=9).unread_count == 2


def test_a_search_in_another_log_is_refused(
    log: Log, engine: sa.Engine, search: SqlRunSearch
) -> None:
    log.add(asked())
    found(search, "servers")
    replace_log_hashes(engine)
    with pytest.raises(ForkedLog):
        found(search, "servers")


def test_a_very_long_answer_is_found_by_how_it_begins(log: Log, search: SqlRunSearch) -> None:
    log.add(asked(), answered("begin " + "x " * 100_000 + "finish"))
    assert found(search, "begin") == ["run-1"]
    assert found(search, "finish") == []


def test_words_are_kept_without_case_and_accents(
    log: Log, engine: sa.Engine, search: SqlRunSearch
) -> None:
    log.add(asked("Größe: ÉTÉ_1?"))
    found(search, "1")
    assert rows_of(engine, RunSearchProjection().view) == [(TENANT, "run-1", "grosse ete 1", None)]
