import pytest

from domain.tools.contracts import ToolErrorCode
from tests.adapters.tools.calling import Caller


def codes(rows: list[dict[str, object]]) -> list[object]:
    return [row["ci_code"] for row in rows]


@pytest.mark.parametrize(
    ("text", "code", "match"),
    [
        ("SRV-01", "srv-01", "code"),
        ("shop system", "sys-shop", "name"),
        ("orders", "db-01", "keyword"),
        ("server 02", "srv-02", "keyword"),
    ],
)
def test_a_text_names_an_item_by_code_then_name_then_keywords(
    call: Caller, text: str, code: str, match: str
) -> None:
    data = call.data("ci.resolve", text=text)
    assert (codes(data["rows"]), data["match"]) == ([code], match)


def test_a_text_that_names_nothing_is_not_found_and_similar_codes_are_suggested(
    call: Caller,
) -> None:
    result = call("ci.resolve", text="srv-99")
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert result.error_details["searched"] == "srv-99"
    assert {"srv-01", "srv-02"} <= set(result.error_details["suggestions"])


def test_a_code_that_is_part_of_another_items_code_does_not_mean_that_item(call: Caller) -> None:
    result = call("ci.resolve", text="rv-01")
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND


def test_a_name_that_two_items_have_is_ambiguous_and_both_are_candidates(call: Caller) -> None:
    result = call("ci.resolve", text="twin")
    assert result.error_code is ToolErrorCode.AMBIGUOUS_CI
    assert codes(result.error_details["candidates"]) == ["twin-a", "twin-b"]
    assert result.error_details["total"] == 2


def test_keywords_that_several_items_have_are_ambiguous(call: Caller) -> None:
    assert call("ci.resolve", text="server").error_code is ToolErrorCode.AMBIGUOUS_CI


def test_wildcards_in_a_text_are_not_wildcards(call: Caller) -> None:
    assert call("ci.resolve", text="%").error_code is ToolErrorCode.DATA_NOT_FOUND


def test_a_text_of_blanks_is_refused(call: Caller) -> None:
    result = call("ci.resolve", text="   ")
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert "ci.resolve: text" in result.error


def test_a_search_ands_keywords_and_filters(call: Caller) -> None:
    data = call.data(
        "ci.search",
        keywords=["shop", "server", " "],
        filters=[{"field": "status", "value": "active"}],
    )
    assert codes(data["rows"]) == ["srv-01"]


def test_a_search_finds_what_is_in_an_environment(call: Caller) -> None:
    assert codes(call.data("ci.search", keywords=["PROD"])["rows"]) == ["db-01"]
    assert call.data("ci.aggregate", keywords=["prod"])["rows"] == [[1]]


def test_an_environment_names_no_item(call: Caller) -> None:
    assert call("ci.resolve", text="production").error_code is ToolErrorCode.DATA_NOT_FOUND


def test_a_search_knows_how_many_match_beyond_its_limit_and_warns(call: Caller) -> None:
    result = call("ci.search", limit=3)
    assert result.data["total"] == 10
    assert result.metadata["row_count"] == 3
    assert result.warnings == ["3 of 10 configuration items shown"]


def test_a_limit_out_of_bounds_is_clamped_with_a_warning(call: Caller) -> None:
    result = call("ci.search", limit=500)
    assert result.data["limit"] == 50
    assert result.warnings == ["limit 500 is not within 1..50: 50 used"]


def test_a_search_is_restricted_to_the_ids_given(call: Caller) -> None:
    data = call.data("ci.search", ci_ids=["id-db-01", "id-app-pay", "id-gone"])
    assert codes(data["rows"]) == ["app-pay", "db-01"]


def test_a_search_sorts_as_asked(call: Caller) -> None:
    sort = [{"field": "ci_code", "direction": "DESC"}]
    assert codes(call.data("ci.search", sort=sort, limit=2)["rows"]) == ["twin-b", "twin-a"]


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"filters": [{"field": "colour", "value": "red"}]}, "no field 'colour'; allowed:"),
        ({"filters": [{"field": "status", "op": "<", "value": "a"}]}, "'<'; allowed:"),
        ({"filters": [{"field": "tags.size", "value": "a"}]}, "tags.role"),
        ({"sort": [{"field": "colour"}]}, "colour"),
        ({"words": ["a"]}, "words"),
        ({"filters": [{"field": "status", "op": "~", "value": "a"}]}, "filters.0.op"),
    ],
)
def test_a_search_refuses_what_it_does_not_know_and_says_what_is_allowed(
    call: Caller, params: dict[str, object], told: str
) -> None:
    result = call("ci.search", **params)
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert told in result.error


def test_an_item_is_got_by_id_with_its_tags(call: Caller) -> None:
    row = call.data("ci.get", ci_id="id-app-web")["rows"][0]
    assert (row["ci_code"], row["tags"]["role"]) == ("app-web", "front")


def test_an_item_is_got_by_code_in_any_case(call: Caller) -> None:
    assert call.data("ci.get_by_code", ci_code="DB-01")["rows"][0]["ci_id"] == "id-db-01"


@pytest.mark.parametrize(
    ("operation", "params"),
    [("ci.get", {"ci_id": "srv-1"}), ("ci.get_by_code", {"ci_code": "srv-1"})],
)
def test_an_item_that_does_not_exist_is_not_found(
    call: Caller, operation: str, params: dict[str, str]
) -> None:
    result = call(operation, **params)
    assert result.error_code is ToolErrorCode.DATA_NOT_FOUND
    assert "srv-01" in result.error_details["suggestions"]


def test_items_are_counted_by_group_with_several_measures(call: Caller) -> None:
    data = call.data(
        "ci.aggregate", group_by=["ci_type"], metrics=["count", "count_distinct(ci_name)"]
    )
    assert data["columns"] == ["ci_type", "count", "count_distinct(ci_name)"]
    assert data["rows"] == [["SW", 5, 4], ["HW", 4, 4], ["SYSTEM", 1, 1]]
    assert (data["total_groups"], data["total_records"]) == (3, 10)


def test_an_aggregate_without_measures_counts(call: Caller) -> None:
    assert call.data("ci.aggregate")["rows"] == [[10]]


def test_an_aggregate_of_the_ids_given_counts_those(call: Caller) -> None:
    assert call.data("ci.aggregate", ci_ids=["id-db-01"])["rows"] == [[1]]


def test_an_aggregate_says_how_many_groups_it_cut(call: Caller) -> None:
    result = call("ci.aggregate", group_by=["ci_subtype"], top_n=2)
    assert result.warnings == ["2 of 6 groups shown"]


def test_an_aggregate_rests_on_a_query_that_its_parameters_name(call: Caller) -> None:
    by_type, by_status = (
        call("ci.aggregate", group_by=[field]).references[0] for field in ("ci_type", "status")
    )
    assert by_type["kind"] == "query"
    assert by_type["id"] != by_status["id"]
    assert by_type["payload"]["total_records"] == 10


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"metrics": ["median(criticality)"]}, "not a measure; allowed: count"),
        ({"group_by": ["colour"]}, "no field 'colour'; allowed:"),
    ],
)
def test_an_aggregate_refuses_what_it_cannot_compute(
    call: Caller, params: dict[str, list[str]], told: str
) -> None:
    result = call("ci.aggregate", **params)
    assert result.error_code is ToolErrorCode.INVALID_PARAMS
    assert told in result.error


def test_a_page_of_the_list_has_the_true_total(call: Caller) -> None:
    sort = [{"field": "ci_code"}]
    data = call.data("ci.list_preview", limit=3, offset=8, sort=sort)
    assert codes(data["rows"]) == ["twin-a", "twin-b"]
    assert (data["total"], data["offset"]) == (10, 8)


def test_a_negative_offset_is_refused(call: Caller) -> None:
    assert call("ci.list_preview", offset=-1).error_code is ToolErrorCode.INVALID_PARAMS


def test_every_row_shown_has_a_reference(call: Caller) -> None:
    result = call("ci.search", keywords=["orders"])
    assert [(ref["id"], ref["title"]) for ref in result.references] == [
        ("ci:db-01", "Orders Database")
    ]


def test_results_name_the_revision_of_the_estate(call: Caller) -> None:
    assert call("ci.search").metadata["source_revision"]


def test_another_tenant_finds_nothing(call: Caller, other_tenant: Caller) -> None:
    assert call.data("ci.search")["total"] == 10
    assert other_tenant.data("ci.search")["total"] == 0
    assert other_tenant("ci.resolve", text="srv-01").error_code is ToolErrorCode.DATA_NOT_FOUND
