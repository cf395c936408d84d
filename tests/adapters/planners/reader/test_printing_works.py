"""Lists, fields, groups and comparisons of a printing works, by the words of its trade."""

from collections.abc import Callable

import pytest

from adapters.planners.reader.planner import meant
from domain.estate.port import EstateDataset
from domain.estate.records import ConfigurationItem, Document, Relation, RelationType
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import QuestionNotUnderstood
from domain.query.selection import Selection
from infrastructure.database.engine import create_engine
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.adapters.planners.vocabularies import NOW
from tests.estate_fixture import make_tables

Row = tuple[str, str, str, dict[str, object]]
ROWS: dict[str, Row] = {
    "prs-1": ("press", "hall-a", "pressroom", {"weight_t": 21.5, "max_speed_sph": 15000}),
    "prs-2": ("press", "hall-a", "facility", {"weight_t": 23, "max_speed_sph": 13000}),
    "prs-3": ("press", "hall-b", "pressroom", {"weight_t": 30, "max_speed_sph": 18000}),
    "prs-4": ("press", "hall-c", "facility", {"weight_t": 19, "max_speed_sph": 15000}),
    "fld-1": ("folder", "hall-a", "bindery", {"weight_t": 3.5, "model": "K70"}),
    "fld-2": ("folder", "hall-b", "bindery", {"weight_t": 4, "model": "K72"}),
    "cut-1": ("cutter", "hall-b", "bindery", {"blade_width_mm": 1150}),
    "cut-2": ("cutter", "hall-b", "facility", {"blade_width_mm": 1300}),
    "cmp-1": ("compressor", "hall-c", "facility", {"pressure_bar": 8}),
    "ink-1": ("ink tank", "hall-a", "facility", {"fill_percent": 20, "colour": "black"}),
    "ink-2": ("ink tank", "hall-a", "pressroom", {"fill_percent": 70, "colour": "cyan"}),
    "ctp-1": ("plate setter", "hall-c", "prepress", {"model": "T1"}),
}
USES = {("prs-1", "ink-1"), ("prs-1", "ink-2"), ("prs-2", "ink-2"), ("prs-3", "ctp-1")}
TITLES = {"Ink safety": "prepress", "Shift plan": "bindery"}


def is_press(row: Row) -> bool:
    return row[0] == "press"


def codes(is_so: Callable[[Row], object]) -> set[str]:
    return {code for code, row in ROWS.items() if is_so(row)}


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> SqlEstate:
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('works')}/estate.db")
    make_tables(engine)
    cis = [
        ConfigurationItem(
            ci_id=code,
            ci_code=code,
            ci_name=code,
            ci_type="MACHINE",
            ci_subtype=row[0],
            location=row[1],
            owner=row[2],
            attributes=row[3],
        )
        for code, row in ROWS.items()
    ]
    uses = [Relation(source_id=a, target_id=b, rel_type=RelationType.USES) for a, b in USES]
    documents = [
        Document(document_id=title, title=title, category="x", content=f"By the {team} crew.")
        for title, team in TITLES.items()
    ]
    estate = EstateDataset(source="test", cis=cis, relations=uses, documents=documents)
    SqlEstateWriter(engine).load("acme", estate, mode="replace", at=NOW)
    return SqlEstate(engine)


Ask = Callable[[str], object]


@pytest.fixture
def ask(works: SqlEstate) -> Ask:
    """Returns what answers a question: a number, codes, or what is told of each; of several all."""

    def ask(question: str) -> object:
        look_ups = EstateLookUps(works.vocabulary("acme"), question)
        asks = meant(question, look_ups, NOW).query.asks
        found = [
            answered(each.want.do, selection)
            for each in asks
            for selection in works.select("acme", each, now=NOW)
        ]
        return found[0] if len(found) == 1 else found

    return ask


def answered(want: str, found: Selection) -> object:
    if found.value is not None:
        return found.value
    return {str(row[0]) if want == "list" else (str(row[0]), row[-1]) for row in found.rows}


@pytest.mark.parametrize(
    ("question", "truth"),
    [
        (
            "presses in hall-a and presses owned by facility",
            [{"prs-1", "prs-2"}, {"prs-2", "prs-4"}],
        ),
        ("how many presses in hall-a and presses owned by facility", [2, 2]),
        ("ink tanks with fill below 40 %", {"ink-1"}),
        ("compressors with pressure of 8 bar", {"cmp-1"}),
        ("presses heavier than prs-1", {"prs-2", "prs-3"}),
        ("presses heavier than 22 tonnes", {"prs-2", "prs-3"}),
        ("presses slower than prs-1", {"prs-2"}),
        ("heaviest press", {("prs-3", 30)}),
        ("which is heavier, prs-1 or prs-2", {("prs-2", 23)}),
        ("how heavy is prs-1", {("prs-1", 21.5)}),
        ("fastest press", {("prs-3", 18000)}),
        ("which press has the lowest speed", {("prs-2", 13000)}),
        ("cutters with a width over 1200 mm", {"cut-2"}),
        ("total weight of presses by hall", {("hall-a", 44.5), ("hall-b", 30), ("hall-c", 19)}),
        ("presses in the same hall as prs-1", {"prs-2"}),
        ("halls with more than 1 press", 1),
        ("presses that use ink-2 but not ink-1", {"prs-2"}),
        ("presses whose owner also owns a compressor", {"prs-2", "prs-4"}),
        ("presses owned by whoever owns cut-2", {"prs-2", "prs-4"}),
        ("presses owned by the same team as prs-2", {"prs-4"}),
        ("presses of the team that owns prs-2", {"prs-2", "prs-4"}),
        ("presses in halls with cutters", {"prs-3"}),
        ("presses in the same hall as a cutter", {"prs-3"}),
        ("documents for the prepress team", {"Ink safety"}),
        ("documents with shift in the title", {"Shift plan"}),
        ("what does facility own in hall-c", {"prs-4", "cmp-1"}),
        ("how many models of folders are there", 2),
        ("which ink tank do most presses use", {("ink-2", 2)}),
        ("presses with more than 1 dependency", {"prs-1"}),
        ("presses without dependencies", {"prs-4"}),
        ("cutters that are either in hall-a or owned by bindery", {"cut-1"}),
        ("presses that neither use ink-1 nor ctp-1", {"prs-2", "prs-4"}),
        ("halls with presses and cutters", {("hall-b", 100.0)}),
        ("teams that own both presses and cutters", {("facility", 100.0)}),
        (
            "which halls have folders and which have cutters",
            [{("hall-a", 50.0), ("hall-b", 50.0)}, {("hall-b", 100.0)}],
        ),
        ("presses heavier than average", {"prs-3"}),
        ("presses with above average speed", {"prs-3"}),
        ("presses whose weight is below average", {"prs-1", "prs-2", "prs-4"}),
        ("second heaviest press", {("prs-2", 23)}),
        ("how much does prs-1 weigh", {("prs-1", 21.5)}),
        ("how much do the folders weigh in total", 7.5),
        ("how many tons does prs-3 weigh", {("prs-3", 30)}),
        ("what is the total weight of presses and folders", [93.5, 7.5]),
        ("which hall is prs-4 in", {("prs-4", "hall-c")}),
    ],
)
def test_a_printing_works_is_asked_by_its_own_words(
    ask: Ask, question: str, truth: object
) -> None:
    assert ask(question) == truth


@pytest.mark.parametrize(
    "question",
    ["how many plates are there", "machines in hall", "presses with a width over 3"],
)
def test_what_is_not_there_by_this_word_is_refused(ask: Ask, question: str) -> None:
    with pytest.raises(QuestionNotUnderstood):
        ask(question)
