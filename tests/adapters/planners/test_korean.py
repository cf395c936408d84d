"""A question in Korean is read as the English one that asks the same."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from adapters.estates.demo.dataset import demo_estate
from adapters.planners.reader.planner import meant
from domain.estate.queries import Vocabulary
from domain.plan.look_ups import EstateLookUps
from domain.plan.planner import QuestionNotUnderstood
from domain.query.model import Query
from infrastructure.database.engine import create_engine
from infrastructure.estate.sql_estate import SqlEstate
from infrastructure.estate.sql_estate_writer import SqlEstateWriter
from tests.adapters.planners.vocabularies import NOW
from tests.estate_fixture import make_tables


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    folder = tmp_path_factory.mktemp("korean")
    engine = create_engine(f"sqlite:///{folder / 'estate.db'}")
    make_tables(engine)
    SqlEstateWriter(engine).load("acme", demo_estate(anchor=NOW, days=1), mode="replace", at=NOW)
    yield engine
    engine.dispose()


@pytest.fixture
def vocabulary(engine: sa.Engine) -> Vocabulary:
    return SqlEstate(engine).vocabulary("acme")


def query(question: str, vocabulary: Vocabulary, **own: str) -> Query:
    return meant(question, EstateLookUps(vocabulary, question), NOW, own).query


@pytest.mark.parametrize(
    ("korean", "english"),
    [
        ("db-erp-01 담당 팀이 어디야", "who owns db-erp-01"),
        ("작업이 실패한 데이터베이스는 어떤 거야", "which databases have failed work"),
        ("오늘 발생한 이벤트 수", "how many events today"),
        ("storage-mes 장애 시 영향받는 항목", "what is affected if storage-mes fails"),
        ("서버가 몇 대야?", "how many servers are there"),
        ("zone-a에 있는 서버 목록 보여줘", "list servers in zone-a"),
        ("어제 실패한 작업은 몇 건이야", "how many failed work items yesterday"),
        ("담당자가 없는 서버", "servers without owner"),
        ("zone-a에 없는 서버는 몇 대인가요", "how many servers not in zone-a"),
        ("srv-erp-01의 메모리는 얼마야", "how much memory does srv-erp-01 have"),
        ("이벤트가 가장 많은 서버", "server with the most events"),
        ("최근 24시간 알람 개수", "number of threshold alarms in the last 24 hours"),
        ("실패한 작업이 있는 데이터베이스는 몇 개야", "how many databases have failed work"),
        ("운영환경에 있는 서버", "production servers"),
        ("서버와 데이터베이스 수", "number of servers and databases"),
        ("이벤트가 발생한 서버", "servers with events"),
        ("서버에서 발생한 이벤트", "events of servers"),
        ("메모리가 128GB 이상인 서버", "servers with at least 128 gb memory"),
    ],
)
def test_it_asks_what_the_english_one_asks(
    korean: str, english: str, vocabulary: Vocabulary
) -> None:
    assert query(korean, vocabulary) == query(english, vocabulary)


@pytest.mark.parametrize(
    ("question", "unknown"), [("고양이 서버는 몇 대야", "고양이"), ("서버를 삭제해줘", "삭제해줘")]
)
def test_a_word_that_the_file_does_not_have_is_not_left_out(
    question: str, unknown: str, vocabulary: Vocabulary
) -> None:
    with pytest.raises(QuestionNotUnderstood, match=unknown):
        query(question, vocabulary)


def test_own_words_may_have_particles(vocabulary: Vocabulary) -> None:
    korean = query("장비실에 있는 서버는 몇 대야", vocabulary, 장비실="zone-a")
    assert korean == query("how many servers in zone-a", vocabulary)
