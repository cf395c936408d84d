"""Attributes that are dates or truths, and classes of several words, are asked as others are."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from adapters.planners.reader.planner import meant
from domain.estate.port import EstateDataset
from domain.estate.records import ConfigurationItem, Document, Relation, RelationType
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import QuestionNotUnderstood
from domain.query.in_words import in_words
from infrastructure.database.engine import create_engine
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.estate_fixture import make_tables

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ROWS: dict[str, dict[str, object]] = {
    "PMP-1": {
        "users": ["Tower"],
        "wireless": True,
        "warranty_until": "2026-11-25",
        "bought_on": "2022-12-31",
        "contract_end": "2026-12-31",
    },
    "PMP-2": {
        "users": ["ICU-Team", "Tower"],
        "wireless": False,
        "warranty_until": "2026-11-20",
        "bought_on": "2022-01-01",
        "contract_end": "2026-11-15",
    },
    "PMP-3": {"wireless": True, "warranty_until": "2026-12-01", "bought_on": "2023-01-01"},
    "PMP-4": {"bought_on": "2021-12-31T23:59:59Z", "warranty_until": "2025-05-01"},
    "PMP-5": {"wireless": False, "bought_on": "2022-06-01T08:00:00Z"},
}
WARDS: dict[str, dict[str, object]] = {
    "ICU Ward": {"beds": 12, "open_day": True, "height_m": 3.5, "speciality": "hearts"},
    "Oncology Ward": {"beds": 30, "open_day": True, "height_m": 4, "speciality": "pumps"},
}
OTHERS: dict[str, tuple[str, str]] = {
    "MON-1": ("bedside monitor", "site-a"),
    "GTE-1": ("gate", "pump room"),
    "AHU-1": ("ahu", "pump room"),
    "GAS-1": ("gas", "pump room"),
    "BLD-1": ("site", "pump room"),
}
RELATIONS = (
    ("PMP-1", "ICU Ward"),
    ("PMP-2", "Oncology Ward"),
    ("ICU Ward", "BLD-1"),
    ("MON-1", "Oncology Ward"),
)


def item(code: str, of: str, attributes: dict[str, object]) -> ConfigurationItem:
    return ConfigurationItem.model_validate(
        {
            "ci_id": code,
            "ci_code": code,
            "ci_name": code,
            "ci_type": "HW",
            "ci_subtype": of,
            "attributes": attributes,
        }
    )


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> SqlEstate:
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('hospital')}/estate.db")
    make_tables(engine)
    cis = [item(code, "infusion pump", row) for code, row in ROWS.items()]
    cis += [item(code, "ward", row) for code, row in WARDS.items()]
    cis += [item(code, of, {"note": note}) for code, (of, note) in OTHERS.items()]
    on = RelationType.DEPLOYED_ON
    relations = [Relation(source_id=a, target_id=b, rel_type=on) for a, b in RELATIONS]
    document = Document(
        document_id="d-1", title="Failover", category="runbook", content="", created_at=NOW
    )
    estate = EstateDataset(source="test", cis=cis, relations=relations, documents=[document])
    SqlEstateWriter(engine).load("acme", estate, mode="replace", at=NOW)
    return SqlEstate(engine)


Ask = Callable[[str], object]


@pytest.fixture
def ask(hospital: SqlEstate) -> Ask:
    """Returns the codes that answer a question, or the one value."""

    def ask(question: str) -> object:
        look_ups = EstateLookUps(hospital.vocabulary("acme"), question)
        (ask,) = meant(question, look_ups, NOW).query.asks
        (found,) = hospital.select("acme", ask, now=NOW)
        return found.value if found.value is not None else {row[0] for row in found.rows}

    return ask


def pumps(is_so: Callable[[dict[str, object]], object]) -> set[str]:
    return {code for code, row in ROWS.items() if is_so(row)}


def day(row: dict[str, object], key: str) -> str:
    return str(row.get(key, ""))[:10]


@pytest.mark.parametrize(
    ("question", "truth"),
    [
        ("pumps", set(ROWS)),
        ("wireless pumps", pumps(lambda row: row.get("wireless") is True)),
        ("pumps that are not wireless", pumps(lambda row: row.get("wireless") is False)),
        ("which pumps have no wireless", pumps(lambda row: row.get("wireless") is False)),
        ("wards without open day", set()),
        ("pumps bought in 2022", pumps(lambda row: day(row, "bought_on")[:4] == "2022")),
        ("pumps bought before 2022", {"PMP-4"}),
        ("pumps bought between 2022 and 2023", {"PMP-1", "PMP-2", "PMP-3", "PMP-5"}),
        ("pumps bought after 2022", {"PMP-3"}),
        ("pumps with contract end after 2026-11-10", {"PMP-1", "PMP-2"}),
        ("pumps with contract end since 2026-11-15", {"PMP-1", "PMP-2"}),
        ("pumps whose warranty ends this month", {"PMP-1", "PMP-2"}),
        ("pumps with warranty until next month", {"PMP-3"}),
        ("pumps with warranty within 30 days", {"PMP-1", "PMP-2", "PMP-3"}),
        ("pumps out of warranty", {"PMP-4"}),
        ("pumps without a warranty", {"PMP-5"}),
        ("pumps still under warranty", {"PMP-1", "PMP-2", "PMP-3"}),
        ("pumps with users icu team and tower", {"PMP-2"}),
        ("which pumps have user tower", {"PMP-1", "PMP-2"}),
        ("overdue warranty", {"PMP-4"}),
        ("pumps whose warranty is overdue", {"PMP-4"}),
        ("oldest pump", {"PMP-4"}),
        ("newest pump", {"PMP-3"}),
        ("2 oldest pumps", {"PMP-4", "PMP-2"}),
        ("tallest ward", {"Oncology Ward"}),
        ("wards higher than 3.8 m", {"Oncology Ward"}),
        ("wards taller than 3 m", set(WARDS)),
        ("monitors", {"MON-1"}),
        ("pumps in the icu", {"PMP-1"}),
        ("pumps at the site", {"PMP-1"}),
        ("runbooks", {"Failover"}),
        ("runbooks about failovers", {"Failover"}),
        ("AHUs", {"AHU-1"}),
        ("GASs", {"GAS-1"}),
    ],
)
def test_the_items_are_those_whose_attributes_say_so(
    question: str, truth: set[str], ask: Ask
) -> None:
    assert ask(question) == truth


@pytest.mark.parametrize(
    ("question", "truth"),
    [
        ("how many pumps are wireless", 2),
        ("how many beds are there in total", 42),
    ],
)
def test_the_number_is_that_of_the_attributes(question: str, truth: object, ask: Ask) -> None:
    assert ask(question) == truth


@pytest.mark.parametrize(
    "question",
    [
        *("how many events next week", "work within 3 days"),
        *("how many beds", "pumps whose warranty ends before december 1"),
    ],
)
def test_what_may_mean_several_things_or_lies_ahead_is_not_answered(
    question: str, ask: Ask
) -> None:
    with pytest.raises(QuestionNotUnderstood):
        ask(question)


@pytest.mark.parametrize(
    "question",
    [
        "how many infusion pumps are there, and which are wireless",
        "how many infusion pumps are there and which of them are wireless",
    ],
)
def test_which_of_the_counted_are_so_is_listed(hospital: SqlEstate, question: str) -> None:
    query = meant(question, EstateLookUps(hospital.vocabulary("acme"), question), NOW).query
    pumps = "configuration items with subtype infusion pump; how many"
    wireless = "configuration items with wireless true with subtype infusion pump; which"
    assert in_words(query) == f"{pumps} | {wireless}"
