"""The database that schema 0006 left behind, and what the commands of that version printed of it.

See `tests/golden/database_0006/README.md`.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import zstandard

TENANTS: Final = ("acme", "umbrella")
PROJECTIONS: Final = ("tool_statistics", "run_search", "run_calls")
MICROSECOND_MS: Final = 0.001
"""Durations are told to the microsecond since, without the noise of a float behind it."""
FIELDS_SINCE: Final = frozenset(
    {
        *("reading", "version", "changes", "tools_as_recorded"),
        *("planning", "why_not_driven", "not_driven_count"),
        *("limits", "deduction"),
        *("missing_count", "different_count", "extra_count", "unreadable_count", "repaired"),
        *("flag", "has_same_answer", "is_wrong", "marks"),
        *("retry_after_ms", "cached_age_ms"),
        *("divergences", "changes", "call_counts", "ignore", "consequences", "is_own_patch"),
        *("plan_analysis", "planner", "route", "tools_ranked"),
        *("verdict", "notes"),
        *("engine_version", "verified_by", "checked_by", "a_engine_version", "b_engine_version"),
        *("waited_ms", "failed_count", "timeout_ms", "from_call", "retry_failed"),
        *("duration_ms", "ends", "gaps", "setbacks", "waits"),
        *("time_zone", "windows"),
        *("made_again", "recoveries", "removed", "replans", "newest_data", "other_sources"),
        *("assets", "log", "effect", "decision", "decisions", "observed_effect", "waits_for"),
    }
)
"""The fields that outputs have gained since, on purpose."""
MEANT_OTHERWISE: Final = frozenset(
    {
        *("duration_ms", "timing_ms", "total_ms", "failed_call_count"),
        *("a_ms", "b_ms", "delta_ms", "percent"),
        *("fingerprint", "hypotheses"),
    }
)
"""The fields that mean something else since: time worked, calls by their last attempt, errors of
one tool's operation as one kind, whichever call of a plan it was, and direct evidence first.
"""
GONE_SINCE: Final = "--by"
"""The option of a command that is another command since: `run failures`."""
CAN_GO_ON: Final = {"is_final": False, "allowed": ["resume"]}
"""What runs say since that ended without all answers; they were final then."""

WORDED_SINCE: Final = ("sentence", "verdict")
"""The fields whose sentences read otherwise since: they have the values that differ in them."""

LAST_ATTEMPT_SINCE: Final = ("evidence.0", "divergence.actual.version")
"""Where two runs part is told of the last attempt of what was tried again, and so is its place."""

TIMED_SINCE: Final = (".actual.data.duration_ms", ".expected.data.duration_ms")
"""A call took, in comparisons too, what lies between its events; then what its tool said."""

CALLED_SINCE: Final = ("failed", "blocked")
"""The status in comparisons of a call that was not allowed, then and now."""

_FOLDER = Path(__file__).parents[2] / "golden" / "database_0006"


@dataclass(frozen=True)
class Printed:
    """A command that prints JSON, and what it printed then."""

    tenant: str
    arguments: tuple[str, ...]
    code: int
    output: Any

    @property
    def about(self) -> str:
        """The run or bulk replay that it is about; of a whole tenant, its name."""
        ids = [each for each in self.arguments if each.startswith(("run-", "replay-"))]
        return ids[-1] if ids else self.tenant


def unpacked(name: str) -> bytes:
    """Return the content of one of the files."""
    return zstandard.ZstdDecompressor().decompress((_FOLDER / f"{name}.zst").read_bytes())


@cache
def printed() -> tuple[Printed, ...]:
    """Return all commands that there still are."""
    return tuple(
        Printed(each["tenant"], tuple(each["arguments"]), each["code"], each["output"])
        for each in json.loads(unpacked("outputs.json"))
        if GONE_SINCE not in each["arguments"]
    )


def run_ids(tenant: str) -> list[str]:
    """Return the runs of the tenant, newest first."""
    views = [each.arguments for each in printed() if each.tenant == tenant]
    return [arguments[2] for arguments in views if arguments[:2] == ("run", "show")]


def without_news(output: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return what a command prints without the warnings that golden checks have since.

    What planners looked up is not on the record of such runs, so that they cannot be asked again.
    """
    if isinstance(output, list):
        return [without_news(each) for each in output]
    if not isinstance(output, dict) or "judgement" not in output:
        return output
    judgement = output["judgement"]
    reasons = [each for each in judgement["reasons"] if each["rule"] != "not-driven"]
    grade = judgement["grade"] if reasons else "PASS"
    return {**output, "judgement": {**judgement, "grade": grade, "reasons": reasons}}


def differences(then: Any, now: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401 - any JSON
    """Yield where a value is another one now, is gone, or is new without `FIELDS_SINCE`."""
    match then, now:
        case dict(), dict():
            if then.get("is_final") and now == {**now, **CAN_GO_ON}:
                then = {**then, **CAN_GO_ON}
            yield from (f"{place}.{name} is gone" for name in then if name not in now)
            new = now.keys() - then.keys() - FIELDS_SINCE
            yield from (f"{place}.{name} is new" for name in sorted(new))
            is_event = place.endswith(".data")
            for name in then.keys() & now.keys() - (frozenset() if is_event else MEANT_OTHERWISE):
                yield from differences(then[name], now[name], f"{place}.{name}")
        case list(), list() if len(then) == len(now):
            for number, pair in enumerate(zip(then, now, strict=True)):
                yield from differences(*pair, f"{place}.{number}")
        case float(), float() if math.isclose(then, now, abs_tol=MICROSECOND_MS / 10):
            return
        case _ if then != now and not _is_told_otherwise(then, now, place):
            yield f"{place} was {then!r} and is {now!r}"


def _is_told_otherwise(then: Any, now: Any, place: str) -> bool:  # noqa: ANN401 - any JSON
    if (then, now) == CALLED_SINCE:
        return True
    if isinstance(then, str) and isinstance(now, str):
        return " " in then and " " in now and place.endswith(WORDED_SINCE)
    return place.endswith((*LAST_ATTEMPT_SINCE, *TIMED_SINCE))
