"""How a run goes on that had stopped: what happens when it is taken up again."""

from domain.run.event_data import EventData
from domain.run.lifecycle import Stage, Trigger


class RunResumed(EventData):
    """Somebody let a failed run go on; the envelope says who.

    `reused_calls` are the ids of the calls whose recorded results count on; they are not repeated.
    """

    stored_as = "run-resumed"
    trigger = Trigger.RESUME

    from_stage: Stage
    why: str
    reused_calls: list[str] = []


class RunRecovered(EventData):
    """The worker of the run was lost, and the worker in the envelope takes over.

    `lost_worker` is None when no worker had begun. `reused_calls` as in `RunResumed`.
    """

    stored_as = "run-recovered"
    trigger = Trigger.RECOVER

    lost_worker: str | None = None
    from_stage: Stage
    reused_calls: list[str] = []
