"""Runs on LangGraph with its savers: each step's checkpoint is durable before the next one starts.

The calls are five nodes of one super-step, as calls that do not depend on each other are written
for LangGraph. Runs come from threads that share one saver, as its documentation shows.
"""

import operator
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import pairwise
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph

from bench.contenders.measuring import Measured, Task, rate_on_threads, report, require_kept, task
from bench.contenders.work import CALL_COUNT, RESULT, STAGES_AFTER, STAGES_BEFORE

_Saver = tuple[BaseCheckpointSaver[str], str]
_OpenSaver = AbstractContextManager[_Saver]
"""A saver with the settings of its database."""


class _State(TypedDict):
    stages: Annotated[list[str], operator.add]
    results: Annotated[list[dict[str, Any]], operator.add]


def main() -> None:
    """Measure and print."""
    asked = task()
    with _saver(asked) as (saver, settings):
        graph = _graph().compile(checkpointer=saver)

        def run() -> dict[str, Any]:
            run_id = str(uuid.uuid4())  # noqa: TID251 - a peer has no port for ids
            config = {"configurable": {"thread_id": run_id}}
            graph.invoke({"stages": [], "results": []}, config, durability="sync")
            return config

        rate = rate_on_threads(run, asked)
        require_kept(len(graph.get_state(run()).values["results"]))
    report(Measured(rate, settings))


def _graph() -> "StateGraph[_State]":
    graph = StateGraph(_State)
    calls = [f"call{number}" for number in range(CALL_COUNT)]
    for stage in (*STAGES_BEFORE, *STAGES_AFTER):
        graph.add_node(stage, _stage(stage))
    for call in calls:
        graph.add_node(call, lambda _: {"results": [RESULT]})
        graph.add_edge(STAGES_BEFORE[-1], call)
    graph.add_edge(calls, STAGES_AFTER[0])
    for chain in ((START, *STAGES_BEFORE), (*STAGES_AFTER, END)):
        for before, after in pairwise(chain):
            graph.add_edge(before, after)
    return graph


def _stage(name: str) -> Callable[[_State], dict[str, Any]]:
    return lambda _: {"stages": [name]}


def _saver(asked: Task) -> _OpenSaver:
    path = asked.sqlite_path
    return _postgres_saver(asked) if path is None else _sqlite_saver(path)


@contextmanager
def _sqlite_saver(path: str) -> Iterator[_Saver]:
    from langgraph.checkpoint.sqlite import SqliteSaver  # noqa: PLC0415 - one database is measured

    with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
        saver = SqliteSaver(connection)
        saver.setup()
        connection.execute("PRAGMA synchronous=FULL")
        names = ("journal_mode", "synchronous")
        values = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        yield saver, "journal_mode={}, synchronous={}".format(*values)


@contextmanager
def _postgres_saver(asked: Task) -> Iterator[_Saver]:
    from langgraph.checkpoint.postgres import PostgresSaver  # noqa: PLC0415 - as above
    from psycopg.rows import dict_row  # noqa: PLC0415
    from psycopg_pool import ConnectionPool  # noqa: PLC0415

    # As PostgresSaver.from_conn_string opens its one connection.
    options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    count = asked.at_once
    pool: Any = ConnectionPool(
        asked.database, min_size=count, max_size=count, kwargs=options, open=False
    )
    with pool:
        saver = PostgresSaver(pool)
        saver.setup()
        with pool.connection() as connection:
            names = ("fsync", "synchronous_commit")
            values = [connection.execute(f"SHOW {name}").fetchone()[name] for name in names]
        yield saver, "fsync={}, synchronous_commit={}".format(*values)


if __name__ == "__main__":
    main()
