import asyncio
from itertools import product

import pytest

from domain.tools.contracts import ToolErrorCode, ToolResult
from domain.tools.policies.cache import AnswerCache, Question

FAILED = ToolResult(success=False, error="no", error_code=ToolErrorCode.UPSTREAM_UNAVAILABLE)
PARTS = [
    ["acme", "other", "ac"],
    ["sql", "me"],
    ["r1", "r2"],
    ["select", ""],
    ["{}", '{"a":1}'],
    ["", "t"],
]
ASKED = Question("acme", "sql", "r1", "select", "{}", "")


class World:
    """A cache, its clock, and what was asked of the tool."""

    def __init__(self, most_bytes: int = 1 << 20) -> None:
        self.now, self.revision, self.asked = 0.0, "e1", list[Question]()
        self.cache = AnswerCache(lambda: self.now, most_bytes)

    async def ask(
        self, question: Question = ASKED, result: ToolResult | None = None, wait: float = 0
    ) -> tuple[ToolResult, int | None]:
        async def tool() -> ToolResult:
            self.asked.append(question)
            await asyncio.sleep(wait)
            revision = {"source_revision": self.revision}
            return result or ToolResult(success=True, data=list(question), metadata={**revision})

        async def is_current(revision: str) -> bool:
            return revision == self.revision

        return await self.cache.answer(question, ttl_seconds=60, is_current=is_current, ask=tool)


def test_no_question_gets_the_answer_to_another() -> None:
    world, questions = World(), [Question(*parts) for parts in product(*PARTS)]

    async def all_of_them() -> list[tuple[ToolResult, int | None]]:
        return [await world.ask(each) for each in [*questions, *questions]]

    answers = asyncio.run(all_of_them())
    assert [answer.data for answer, _ in answers] == [list(each) for each in questions] * 2
    assert world.asked == questions


def test_an_answer_is_given_again_until_it_is_too_old() -> None:
    world, ages = World(), list[int | None]()
    for now in (0, 1.5, 60, 60.1):
        world.now = now
        ages.append(asyncio.run(world.ask())[1])
    assert ages == [None, 1500, 60_000, None]


def test_an_answer_about_another_state_of_the_estate_is_not_given() -> None:
    world = World()
    asyncio.run(world.ask())
    world.revision = "e2"
    assert asyncio.run(world.ask())[1] is None
    assert asyncio.run(world.ask())[1] == 0


def test_a_failure_is_not_kept() -> None:
    world = World()
    assert asyncio.run(world.ask(result=FAILED)) == (FAILED, None)
    assert asyncio.run(world.ask())[1] is None


def test_what_is_done_to_an_answer_does_not_change_what_is_kept() -> None:
    world = World()
    asyncio.run(world.ask())
    again, _ = asyncio.run(world.ask())
    again.add_warning("changed")
    assert asyncio.run(world.ask())[0].warnings == []


def test_of_equal_questions_at_once_one_is_asked() -> None:
    world = World()

    async def all_of_them() -> list[int | None]:
        return [age for _, age in await asyncio.gather(*(world.ask(wait=0.001) for _ in range(9)))]

    ages = asyncio.run(all_of_them())
    assert (ages.count(None), len(world.asked)) == (1, 1)


@pytest.mark.parametrize("is_failing", [False, True])
def test_who_waits_asks_itself_when_the_first_one_comes_to_nothing(
    is_failing: bool,  # noqa: FBT001 - a parameter
) -> None:
    world = World()

    async def both() -> int | None:
        given = FAILED if is_failing else None
        first = asyncio.create_task(world.ask(result=given, wait=0.001 if is_failing else 9))
        second = asyncio.create_task(world.ask())
        await asyncio.sleep(0)
        if not is_failing:
            first.cancel()
        return (await asyncio.wait_for(second, 5))[1]

    assert (asyncio.run(both()), len(world.asked)) == (None, 2)


def test_the_answers_have_no_more_bytes_than_they_may() -> None:
    world = World(most_bytes=1000)
    for number in range(50):
        asyncio.run(world.ask(ASKED._replace(params=str(number))))
    assert world.cache._kept.currsize <= 1000
    asyncio.run(world.ask(ASKED._replace(params="x" * 2000)))
    assert world.cache._kept.currsize <= 1000
