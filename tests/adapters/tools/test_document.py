import pytest

from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller


def test_documents_have_all_words_and_the_most_relevant_is_first(call: Caller) -> None:
    data = call.data("document.search", query="SHOP")
    assert [row["document_id"] for row in data["rows"]] == ["d-1", "d-2"]
    scores = [row["relevance_score"] for row in data["rows"]]
    assert scores == sorted(scores, reverse=True)
    assert call.data("document.search", query="shop payment")["total"] == 1


def test_a_document_is_shown_by_the_place_where_a_word_stands(call: Caller) -> None:
    row = call.data("document.search", query="emergency")["rows"][0]
    assert "In an emergency call the shop desk." in row["snippet"]
    assert row["snippet"].startswith("...")
    assert "content" not in row


def test_documents_are_filtered(call: Caller) -> None:
    manuals = [{"field": "category", "value": "manual"}]
    assert call.data("document.search", query="shop", filters=manuals)["total"] == 1


def test_documents_beyond_the_limit_are_told(call: Caller) -> None:
    result = call("document.search", query="shop", limit=1)
    assert result.warnings == ["1 of 2 documents shown"]
    assert [reference["id"] for reference in result.references] == ["document:d-1"]


def test_no_document_is_an_answer(call: Caller) -> None:
    assert call.data("document.search", query="zebra")["rows"] == []


def test_a_search_without_words_is_refused(call: Caller) -> None:
    result = call("document.search", query="  ")
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert "document.search: query" in result.error


def test_documents_are_counted_by_group(call: Caller) -> None:
    data = call.data("document.aggregate", group_by=["category"])
    assert sorted(data["rows"]) == [["manual", 1], ["other", 1]]


@pytest.mark.parametrize(("time_range", "count"), [("last_24h", 1), ("all_time", 2)])
def test_documents_are_counted_by_when_they_were_created(
    call: Caller, time_range: str, count: int
) -> None:
    assert call.data("document.aggregate", time_range=time_range)["rows"] == [[count]]


def test_another_tenant_has_no_documents(other_tenant: Caller) -> None:
    assert other_tenant.data("document.search", query="shop")["total"] == 0


def test_a_document_has_a_relevance_from_0_to_1(call: Caller) -> None:
    rows = call.data("document.search", query="shop")["rows"]
    assert [row["relevance_score"] / (row["relevance_score"] + 5) for row in rows] == [
        pytest.approx(row["relevance"], abs=0.001) for row in rows
    ]
    result = call("document.search", query="shop", min_relevance=rows[0]["relevance"])
    assert [row["document_id"] for row in result.data["rows"]] == ["d-1"]
    assert result.warnings == [f"1 less relevant than {rows[0]['relevance']:g} are left out"]


@pytest.mark.parametrize("relevance", [-0.1, 1.1])
def test_a_relevance_that_there_is_not_is_refused(call: Caller, relevance: float) -> None:
    result = call("document.search", query="shop", min_relevance=relevance)
    assert "document.search: min_relevance" in result.error
