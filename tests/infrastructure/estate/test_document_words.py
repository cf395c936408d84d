"""Documents are found by their words, alike on both databases."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from domain.estate.fields import RecordKind
from domain.estate.phrases import Said
from domain.estate.port import EstateDataset
from domain.estate.queries import RecordQuery
from domain.estate.records import Document
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from infrastructure.estate.word_index import POSTGRES_WORDS
from tests.infrastructure.estate.samples import NOON, TENANT

Load = Callable[..., None]
RUNBOOK = Document(
    document_id="runbook",
    title="Failover of srv-erp-01",
    category="runbook",
    content="Restart Ölpumpe, v2.10; then call the shop_desk. 서버가 멈추면 OR NOT NEAR",
)
MANUAL = Document(document_id="manual", title="Shop manual", content="Erp and 01 are apart.")


@pytest.fixture
def load(writer: SqlEstateWriter) -> Load:
    def load(*documents: Document, tenant_id: str = TENANT, mode: str = "replace") -> None:
        dataset = EstateDataset(source="files", documents=documents)
        writer.load(tenant_id, dataset, mode=mode, at=NOON)  # type: ignore[arg-type]  # one of both

    return load


def found(estate: SqlEstate, *said: Said, tenant_id: str = TENANT) -> list[str]:
    page = estate.find(tenant_id, RecordQuery(kind=RecordKind.DOCUMENT, said=said))
    return [str(row["document_id"]) for row in page.rows]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ([Said(("rest",))], ["runbook"]),
        ([Said(("start",))], []),
        ([Said(("srv", "erp", "0"))], ["runbook"]),
        ([Said(("erp", "01"))], ["runbook"]),
        ([Said(("rest",), is_open=False)], []),
        ([Said(("SHOP",))], ["runbook", "manual"]),
        ([Said(("shop",)), Said(("erp",))], ["runbook", "manual"]),
        ([Said(("shop",)), Said(("failover",))], ["runbook"]),
        ([Said(("v2", "10"))], ["runbook"]),
        ([Said(("öLPUMPE",))], ["runbook"]),
        ([Said(("서버",))], ["runbook"]),
        ([Said(("runbook",))], ["runbook"]),
        ([Said(("NOT",)), Said(("near",)), Said(("or",), is_open=False)], ["runbook"]),
    ],
)
def test_documents_say_words_in_a_row_the_last_only_begun(
    load: Load, empty: SqlEstate, said: list[Said], expected: list[str]
) -> None:
    load(RUNBOOK, MANUAL)
    assert found(empty, *said) == expected


def test_the_index_follows_what_changes(load: Load, empty: SqlEstate) -> None:
    load(RUNBOOK, MANUAL)
    load(RUNBOOK.model_copy(update={"content": "nothing"}), mode="merge")
    assert found(empty, Said(("restart",))) == []
    assert found(empty, Said(("nothing",))) == ["runbook"]
    load(MANUAL)
    assert found(empty, Said(("nothing",))) == []
    assert found(empty, Said(("apart",))) == ["manual"]
    load()
    load(MANUAL.model_copy(update={"document_id": "other", "content": "new"}))
    assert found(empty, Said(("nothing",))) == []


def test_the_words_of_another_tenant_are_not_found(load: Load, empty: SqlEstate) -> None:
    load(RUNBOOK)
    load(MANUAL, tenant_id="globex")
    assert found(empty, Said(("shop",))) == ["runbook"]
    assert found(empty, Said(("shop",)), tenant_id="globex") == ["manual"]


def test_a_long_document_is_found_by_its_first_part(load: Load, empty: SqlEstate) -> None:
    content = "beginning " + " ".join(f"w{number}" for number in range(300_000)) + " ending"
    load(MANUAL.model_copy(update={"content": content}))
    assert found(empty, Said(("beginning",))) == ["manual"]
    assert found(empty, Said(("ending",))) == []


def test_words_are_looked_up_in_the_index(engine: sa.Engine, load: Load) -> None:
    load(RUNBOOK)
    query, expected = "document_words WHERE document_words MATCH 'a'", "VIRTUAL TABLE INDEX"
    explain = "EXPLAIN QUERY PLAN"
    if engine.dialect.name == "postgresql":
        query, expected = f"documents WHERE {POSTGRES_WORDS} @@ 'a'", "documents_by_words"
        explain = "EXPLAIN"
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = connection.execute(sa.text(f"{explain} SELECT 1 FROM {query}"))  # noqa: S608 - ours
        assert any(expected in str(row) for row in rows)
