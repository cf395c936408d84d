"""The series of some items now and at the same time of earlier days, for comparing both."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from domain.times import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class PastQuery:
    """Which points: of all metrics of these items in the window, in buckets from its start on.

    With `of_each_day`, only so many seconds of each day, from the start of the window on.
    """

    ci_ids: tuple[str, ...]
    window: Window
    bucket_seconds: int
    of_each_day: int | None = None


class PastBucket(NamedTuple):
    """The points of one series in one bucket, `point_count` of good quality; `at` is the last."""

    ci_id: str
    metric_name: str
    at: datetime
    average: float
    highest: float
    point_count: int
