"""What can go wrong with a bulk replay; see `domain.errors` for the tree that these are in."""

from collections.abc import Iterable

from domain.errors import Conflict, NotFound, Refused


class BulkReplayRefused(Refused):
    """A bulk replay is not possible like this; `field` is the part of the order that is why."""

    def __init__(self, why: str, *, field: str) -> None:
        self.field = field
        super().__init__(why)


class BulkReplayEnded(Refused):
    """A bulk replay has ended already."""

    def __init__(self, replay_id: str, *, state: str, wanted: str) -> None:
        self.replay_id, self.state, self.wanted = replay_id, state, wanted
        super().__init__(f"bulk replay {replay_id} is {state}: cannot {wanted}; it is final")


class BulkReplayBusy(Refused):
    """The worker of a bulk replay is at it."""

    def __init__(self, replay_id: str, *, worker: str) -> None:
        self.replay_id, self.worker = replay_id, worker
        super().__init__(
            f"bulk replay {replay_id} is being carried out by {worker}; if that is gone, it can be"
            " continued when its lease has run out, after half a minute"
        )


class AmbiguousBulkReplay(Refused):
    """A part of an id fits several bulk replays."""

    def __init__(self, text: str, *, candidates: Iterable[str]) -> None:
        self.text, self.candidates = text, list(candidates)
        super().__init__(f"{text!r} fits several bulk replays: {', '.join(self.candidates)}")


class NoSuchBulkReplay(NotFound):
    """There is no such bulk replay in this tenant; the `latest` is told, if there is one."""

    def __init__(self, replay_id: str, *, latest: str | None = None) -> None:
        super().__init__(replay_id, works=f"the latest is {latest}" if latest else None)
        self.args = (str(self).replace("no run", "no bulk replay", 1),)


class BulkReplayTakenOver(Conflict):
    """Another worker carries the bulk replay out: this one must stop."""

    def __init__(self, replay_id: str, *, worker: str) -> None:
        """Keep the facts; `worker` is the one that goes on."""
        self.replay_id, self.worker = replay_id, worker
        super().__init__(f"bulk replay {replay_id} was taken over by {worker}; this one stopped")
