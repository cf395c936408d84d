from domain.query.in_words import in_words
from domain.query.model import Query


def words(want: object, *of: object, **claim: object) -> str:
    return in_words(Query.model_validate({"asks": [{"want": want, "of": [*of], **claim}]}))


EVENTS = {"kind": "event", "where": [{"field": "severity", "value": 5}], "time": "last_7d"}
SERVERS = {
    "kind": "item",
    "where": [
        {"field": "ci_subtype", "value": "server"},
        {"field": "location", "value": "zone-a"},
        {"has": EVENTS, "count": {"op": ">", "value": 3}},
    ],
}


def test_every_part_of_a_query_stands_in_its_words() -> None:
    assert words({"do": "count"}, SERVERS) == (
        "servers in zone-a, with more than 3 events of severity 5 in the last 7 days; how many"
    )


def test_a_claim_and_both_sets_are_said() -> None:
    one = {"kind": "item", "where": [{"field": "ci_code", "value": "srv-01"}]}
    claim = {"claim": {"op": ">", "value": 5}}
    assert words({"do": "count"}, one, EVENTS, **claim) == (
        "srv-01 compared with events of severity 5 in the last 7 days; how many; is it more than 5"
    )


def test_relations_are_said_with_their_way_and_hops() -> None:
    related = {
        "related": {"types": ["DEPENDS_ON"], "direction": "out", "hops": None},
        "to": SERVERS,
    }
    told = words({"do": "list"}, {"kind": "item", "where": [related]})
    assert told.startswith(
        "configuration items, with DEPENDS_ON relations over any number of hops to (servers in"
    )


def test_what_ranks_is_said() -> None:
    by = {"function": "max", "field": "duration_min"}
    assert words({"do": "top", "n": 3, "by": by}, {"kind": "work"}) == (
        "work items; the 3 with the highest duration in minutes"
    )
