from typing import TYPE_CHECKING

import pytest

from adapters.tools.document_words import Term, ranked, rarity
from domain.estate.phrases import Said
from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller

if TYPE_CHECKING:
    from domain.estate.queries import Row


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


def test_words_are_beginnings_and_quoted_text_stands_as_it_is(call: Caller) -> None:
    assert call.data("document.search", query="emerg desk")["total"] == 1
    assert call.data("document.search", query='"emergency call"')["total"] == 1
    assert call.data("document.search", query='"call emergency"')["total"] == 0
    assert call.data("document.search", query='"emerg"')["total"] == 1  # inside of a word


def test_what_is_only_inside_of_words_is_found_and_told(call: Caller) -> None:
    result = call("document.search", query="mergency")
    assert [row["relevance"] for row in result.data["rows"]] == [0]
    assert result.warnings == [
        "no document has words that begin so: these have them inside of words"
    ]


@pytest.mark.parametrize(
    "query", ['"', "shop OR NEAR(", "title:shop", "-shop*", "shop & !x:*", "'; --", "?!", "\\"]
)
def test_no_query_is_syntax(call: Caller, query: str) -> None:
    assert call("document.search", query=query).success


def test_a_query_of_too_many_words_is_refused(call: Caller) -> None:
    result = call("document.search", query=" ".join(f"w{number}" for number in range(65)))
    assert result.error == "query: it has 65 words and phrases; allowed: at most 64"


def test_a_hit_of_a_rare_word_counts_more() -> None:
    rare, usual = (Term(Said((word,)), rarity(100, n)) for word, n in (("rare", 1), ("usual", 90)))
    rows: list[Row] = [
        {"title": title, "category": "", "content": content}
        for title, content in (("usual", "rare"), ("rare", "usual"))
    ]
    first, second = ranked(rows, [rare, usual])
    assert (first["title"], second["title"]) == ("rare", "usual")
    assert 1 > float(str(first["relevance"])) > float(str(second["relevance"])) > 0
