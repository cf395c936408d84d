"""What a run that is taken up again has of its stages and calls."""

import dataclasses
from collections.abc import Collection, Mapping

from domain.run.lifecycle import Stage
from domain.run.state import Progress, Tries


def interrupted(stages: Mapping[Stage, Tries]) -> dict[Stage, Tries]:
    """Return the stages; the one that was under way is to be repeated."""
    return {
        stage: dataclasses.replace(tries, status="interrupted")
        if tries.status == "started"
        else tries
        for stage, tries in stages.items()
    }


def counted_on(calls: Mapping[str, Tries], reused: Collection[str]) -> dict[str, Tries]:
    """Return the calls: those whose results count on, and those that may be tried again.

    After a failure that counts on, a fallback may still be tried.
    """
    return {
        call_id: dataclasses.replace(tries, status=_status(tries, is_reused=call_id in reused))
        for call_id, tries in calls.items()
    }


def _status(tries: Tries, *, is_reused: bool) -> Progress:
    if not is_reused:
        return "interrupted"
    return "failed" if tries.status == "failed" else "reused"
