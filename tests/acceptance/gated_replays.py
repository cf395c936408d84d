"""The command with bulk replays that stop after two runs, until the file OPEN_GATE is there.

Says on standard error when it stands there. Batches have one run.
"""

import itertools
import os
import sys
import time
from pathlib import Path

from adapters.cli.app import main
from domain.run.summary import RunSummary
from domain.services.bulk import carrier as carrying_out
from domain.services.bulk.run_replayer import RunReplayer
from domain.views.bulk_replay import ReplayedRun

GATE = Path(os.environ["OPEN_GATE"])
NUMBERS = itertools.count(1)
replay = RunReplayer.replay


async def gated(self: RunReplayer, run: RunSummary) -> ReplayedRun:
    """Replay the run; the third one is made, and its result then waits at the gate."""
    result = await replay(self, run)
    if next(NUMBERS) == 3:
        wait_at_the_gate()
    return result


def wait_at_the_gate() -> None:
    sys.stderr.write("at the gate\n")
    sys.stderr.flush()
    while not GATE.exists():
        time.sleep(0.01)


carrying_out.BATCH_RUNS = 1  # type: ignore[misc]  # so that a batch ends before the gate
RunReplayer.replay = gated  # type: ignore[method-assign]  # the same with the gate
sys.exit(main())
