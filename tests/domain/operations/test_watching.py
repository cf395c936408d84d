import asyncio
from types import SimpleNamespace

import pytest

from domain.operations import watching
from domain.operations.one_run import OneRun
from domain.operations.operation import Caller
from domain.run.commands import RequestRun
from tests.domain.operations.having import Having
from tests.domain.stages.running import BY, Running, ci


@pytest.mark.parametrize("ends_when", ["its worker is looked for", "it is told of"])
def test_a_run_is_said_to_be_left_only_when_it_has_not_just_ended(
    monkeypatch: pytest.MonkeyPatch, ends_when: str
) -> None:
    monkeypatch.setattr(watching, "_LOOK_SECONDS", 0)
    have = Having(Running(ci()))
    run_id = have.running.service.request(RequestRun(question="q"), BY).run_id
    told = list[str]()

    def end(when: str) -> bool:
        if when == ends_when:
            have.running.service.cancel(run_id, why="enough", by=BY)
        return False

    def tell(text: str) -> None:
        told.append(text)
        end("it is told of")

    recovery = SimpleNamespace(is_carried_out=lambda *_: end("its worker is looked for"))
    object.__setattr__(have, "recovery", recovery)
    looking = watching.watch_run(have.services, Caller(BY, tell=tell), OneRun(run=run_id))
    asyncio.run(looking)
    assert len(told) == (1 if ends_when == "it is told of" else 0)
