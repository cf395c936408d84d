"""What a planner asks an estate, and what of it is kept."""

import msgspec
import pytest

from domain.estate.fields import WORD_FIELDS, RecordKind
from domain.estate.looked_up import LookedUp
from domain.estate.named import Key, Named, Related
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import ITEM, METRIC, EstateLookUps, source_of
from domain.replay.record.recorded_look_ups import NotLookedUp, RecordedLookUps
from tests.item_names import MemoryItemNames, MemoryNames

WEB = Named(kind="value", source="ci.ci_subtype", value="Web_Server", count=2, of=["Web_Server"])
CPU = Named(kind="metric", source="metric", value="cpu_usage", count=1, of=["server"])
CORES = Key(source="ci.attributes.cores", type="number", unit="", example="8", count=2)
RUNS = Related(rel_type="RUNS_ON", source="app", target="server", count=3)
ESTATE = Vocabulary(
    values={
        RecordKind.CI: {
            "ci_subtype": ("server", "Web_Server", "app"),
            "status": ("Active", "active", "down"),
        },
        RecordKind.EVENT_LOG: {"event_type": ("alert",)},
    },
    metrics=("cpu_usage", "disk_io"),
    cep_rules={"high cpu": "rule-9", "full disk": "rule-1"},
    items=MemoryItemNames({"srv-01": "ERP system", "srv-02": "Mail"}),
    names=MemoryNames({"web": [WEB], "cpu": [CPU], "activated": []}),
    keys={"server": [CORES]},
    relations=(RUNS,),
)
QUESTION = "Which active web servers need the ERP, srv-02 or rule-9 by CPU usage?"
STATUS = source_of(RecordKind.CI, "status")
SUBTYPE = source_of(RecordKind.CI, "ci_subtype")


def looking() -> EstateLookUps:
    return EstateLookUps(ESTATE, QUESTION)


def again(look_ups: EstateLookUps, question: str = QUESTION) -> RecordedLookUps:
    stored = msgspec.json.encode(look_ups.looked_up)
    return RecordedLookUps(msgspec.json.decode(stored, type=LookedUp), question)


def test_what_phrases_name_is_recorded_and_what_names_nothing_only_if_it_is_not_said() -> None:
    look_ups = looking()
    assert look_ups.named(["web", "which active", "ram"]) == {"web": [WEB]}
    assert look_ups.looked_up == LookedUp(named={"ram": [], "web": [WEB]})


def test_the_record_names_what_the_estate_did() -> None:
    look_ups = looking()
    look_ups.named(["web", "which active", "ram"])
    record = again(look_ups)
    assert record.named(["web", "which active", "ram", "servers need"]) == {"web": [WEB]}
    with pytest.raises(NotLookedUp, match="what 'memory' names"):
        record.named(["memory"])


def test_the_record_has_the_keys_and_relations_that_were_asked_for() -> None:
    look_ups = looking()
    keys, relations = look_ups.keys(["server"]), look_ups.relations()
    record = again(look_ups)
    assert (record.keys(["server"]), record.relations()) == (keys, relations) == ([CORES], [RUNS])
    with pytest.raises(NotLookedUp, match="the keys of all"):
        record.keys()


def test_several_words_are_put_right_only_where_the_estate_has_them_in_a_row() -> None:
    look_ups = looking()
    assert [*look_ups.near("wbe")] == ["web"]
    assert [*look_ups.near("wbe cpu")] == []


def test_only_the_rules_that_the_question_names_are_told() -> None:
    assert looking().rules() == {"high cpu": "rule-9"}


def test_what_was_not_asked_is_not_recorded() -> None:
    assert msgspec.json.encode(looking().looked_up) == b"{}"


def test_the_record_has_an_order_of_its_own() -> None:
    one, other = looking(), looking()
    asked = ["web", "which", "cpu"]
    for word in asked:
        one.near(word)
    for word in reversed(asked):
        other.near(word)
    assert msgspec.json.encode(one.looked_up) == msgspec.json.encode(other.looked_up)


def test_the_record_answers_as_the_estate_did() -> None:
    look_ups = looking()
    rules, near = look_ups.rules(), look_ups.near("activ")
    first = look_ups.first(ITEM)
    record = again(look_ups)
    assert (record.rules(), record.near("activ")) == (rules, near)
    assert record.first(ITEM) == first
    assert not record.missed


def test_what_is_not_on_the_record_is_not_made_up() -> None:
    with pytest.raises(NotLookedUp, match="the rules of the question"):
        again(looking()).rules()


def test_what_only_explains_a_refusal_is_answered_with_nothing_and_told() -> None:
    record = again(looking())
    assert (list(record.near("activ")), record.first(METRIC)) == ([], None)
    assert [each.asked for each in record.missed] == [
        "what is spelt much like 'activ'",
        "the first metric",
    ]


def test_what_a_question_no_longer_spells_is_left_out() -> None:
    look_ups = looking()
    look_ups.rules()
    assert again(look_ups, "Which are active?").rules() == {}


def test_the_words_of_a_question_are_looked_for_in_these_fields() -> None:
    """Records made before a field is added do not say whether it had a word: they need a mark."""
    sources = {source_of(kind, field) for kind, fields in WORD_FIELDS.items() for field in fields}
    assert sources == {
        *("ci.ci_type", "ci.ci_subtype", "ci.ci_category", "ci.status", "ci.location"),
        *("ci.owner", "ci.environment", "event_log.event_type", "event_log.source"),
        *("work_history.work_type", "work_history.requested_by", "work_history.approved_by"),
        *("work_history.result", "maintenance_history.maint_type"),
        *("maintenance_history.performer", "maintenance_history.result"),
        *("document.category", "document.document_type", "document.status"),
        "cep_rule.trigger_type",
    }
