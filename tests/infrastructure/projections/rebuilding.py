"""A program that rebuilds a projection and says when it has come half-way, then hangs.

python -m tests.infrastructure.projections.rebuilding URL PROJECTION
"""

import sys
import time

import infrastructure.log.subscriptions
from infrastructure.clock import SystemClock
from infrastructure.database.engine import create_engine
from infrastructure.ids import UuidIds
from infrastructure.log.subscriptions import Chunk
from infrastructure.projections import runner
from infrastructure.projections.checkpoints import Checkpoint
from infrastructure.projections.projections import Projections


def stop_half_way(url: str, name: str) -> None:
    """Rebuild in chunks of one batch, and stop for good within the second one."""
    infrastructure.log.subscriptions.CHUNK_EVENTS = 1  # type: ignore[misc]  # smaller, for the test
    add, added = runner.ProjectionRunner._add, list[int]()

    def add_and_stop(self: runner.ProjectionRunner, held: Checkpoint, chunk: Chunk) -> None:
        if added:
            sys.stdout.write("half-way\n")
            sys.stdout.flush()
            time.sleep(600)
        add(self, held, chunk)
        added.append(chunk.end.position)

    runner.ProjectionRunner._add = add_and_stop  # type: ignore[method-assign]  # for the test
    engine = create_engine(url)
    Projections(engine, clock=SystemClock(), ids=UuidIds()).rebuild(name)


if __name__ == "__main__":
    stop_half_way(sys.argv[1], sys.argv[2])
