"""An answer that is not sound in itself is noticed."""

import pytest

from domain.json import JsonMap
from tests.acceptance.questions.answer import Answer
from tests.acceptance.questions.soundness import faults
from tests.acceptance.questions.tables import Tables

REFERENCE: JsonMap = {"id": "ci:srv-erp-01", "kind": "row", "title": "ERP Server 01"}
NUMBER: JsonMap = {
    "type": "number",
    "title": "Total",
    "label": "servers",
    "value": 1,
    "reference_ids": ["ci:srv-erp-01"],
}
TABLE: JsonMap = {
    "type": "table",
    "title": "Items",
    "columns": ["ci_code", "status"],
    "rows": [["srv-erp-01", "active"]],
    "reference_ids": ["ci:srv-erp-01"],
}
NETWORK: JsonMap = {
    "type": "network",
    "title": "Around",
    "nodes": [{"id": "a"}],
    "edges": [{"source": "a", "target": "b"}],
    "reference_ids": ["ci:srv-erp-01"],
}


def answer(
    *blocks: JsonMap,
    references: tuple[JsonMap, ...] = (REFERENCE,),
    text: str = "1 server.",
    status: str = "success",
) -> Answer:
    response: JsonMap = {
        "answer": text,
        "status": status,
        "blocks": list(blocks),
        "references": list(references),
    }
    return Answer(response)


def test_an_answer_that_rests_on_a_record_is_sound(tables: Tables) -> None:
    assert faults(answer(NUMBER, TABLE), tables) == []


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (answer(NUMBER, references=()), "Total: ci:srv-erp-01 is not listed"),
        (answer({**NUMBER, "reference_ids": []}), "Total: rests on nothing"),
        (answer(NUMBER, references=(REFERENCE, REFERENCE)), "ci:srv-erp-01 is listed twice"),
        (answer(references=({**REFERENCE, "id": "ci:ghost"},)), "ci:ghost is no record"),
        (answer(NUMBER, text=""), "the answer says nothing"),
        (answer({**TABLE, "rows": [["a"]]}), "Items: a row has not a cell for each column"),
        (answer({**TABLE, "meta": {"total": 0}}), "Items: 1 rows of 0"),
        (answer(NETWORK), "Around: an edge ends at b"),
        (answer(status="failed"), "ci:srv-erp-01 in an error"),
    ],
)
def test_a_fault_of_an_answer_is_found(tables: Tables, broken: Answer, fault: str) -> None:
    assert faults(broken, tables) == [fault]


def test_a_failed_answer_shows_no_values(tables: Tables) -> None:
    assert "Total in an error" in faults(answer(NUMBER, status="failed"), tables)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("280 configuration items.", 280),
        ("No events.", 0),
        ("Average: 52.8 % (9 samples).", 52.82),
    ],
)
def test_a_number_in_the_sentence_counts_as_said(text: str, value: float) -> None:
    assert answer(text=text).says(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1280 configuration items.", 280),
        ("srv-erp-01 is active.", 1),
        ("at 06:30 UTC.", 30),
        ("Average: 53.8 %.", 52.8),
        ("4.5 items.", 5),
        ("There is No. 7.", 0),
    ],
)
def test_a_part_of_another_word_does_not_count_as_said(text: str, value: float) -> None:
    assert not answer(text=text).says(value)
