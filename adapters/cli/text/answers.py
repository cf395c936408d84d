"""The response of a run as text."""

import shlex
from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import JsonValue
from rich.text import Text

from adapters.cli.exit_codes import ExitCode, exit_code_of
from adapters.cli.screen import Screen, printable
from adapters.cli.text.blocks import block_parts
from adapters.cli.text.rows import write_csv
from adapters.cli.text.tables import short_id, table_of
from domain.json import JsonMap
from domain.response.blocks import NOTES_ID, TableBlock, TextBlock, parse_blocks
from domain.time_zones import zone_of
from domain.times import local_text, spent_text
from domain.views.response import RunResponse

_WAITING, _DECISIONS = "waiting", ("approve", "deny")
_CANDIDATE_COLUMNS = ("ci_code", "ci_name", "ci_type", "ci_subtype", "status", "ci_id")


def show_answer(screen: Screen, response: RunResponse) -> None:
    """Print answer, blocks, what may be done next, and where the record is."""
    # Of an error the words are ours, and may say what to do.
    answer = screen.pasteable(response["answer"]) if "error" in response else response["answer"]
    screen.show(Text(printable(answer), style="bold"))
    for block in parse_blocks(response["blocks"]):
        # The answer has said these already.
        is_note = block.id == NOTES_ID
        if not is_note and not (isinstance(block, TextBlock) and block.text == response["answer"]):
            parts = block_parts(
                block, is_unicode=screen.is_unicode, is_whole=not screen.out.is_terminal
            )
            screen.show("", *parts)
    if "error" in response:
        _show_choices(screen, response["error"]["details"])
    actions = list(_actions(screen, response))
    if actions:
        title = Text("Next", style="bold", no_wrap=True)
        if any(map(_can_be_taken, response["next_actions"])):
            fork = screen.pasteable(f"opstrail run fork {short_id(response['run_id'])}")
            taking = f"  (take one: {fork} --action NUMBER --reason WHY)"
            title.append(taking, style="not bold dim")
        screen.show("", title, *actions)
    meta = response["meta"]
    gone = [Text(printable(each), style="magenta") for each in meta["erased_results"]]
    about = [*_windows(response), *filter(None, [_newest(response)]), *meta["other_sources"]]
    windows = [Text(printable(each), style="dim") for each in about]
    closing = Text(screen.pasteable(_closing_line(response)), style="dim", no_wrap=True)
    screen.show("", *gone, *windows, closing)


def show_tables(screen: Screen, response: RunResponse) -> None:
    """Print the tables of the answer as CSV, with an empty line between two."""
    blocks = parse_blocks(response["blocks"])
    tables = [block for block in blocks if isinstance(block, TableBlock)]
    for number, table in enumerate(tables):
        screen.show(*([""] if number else []))
        write_csv(table.columns, table.rows)
    if not tables:
        screen.tell("The answer has no table.")


def show_answer_in_short(screen: Screen, response: RunResponse) -> None:
    """Print the answer, and where the record is."""
    if response["answer"]:
        screen.show(Text(printable(response["answer"]), style="bold"))
    screen.show(Text(screen.pasteable(_closing_line(response)), style="dim", no_wrap=True))


def exit_code_of_response(response: RunResponse) -> ExitCode:
    """Return how a command ends that shows this response.

    Without an answer yet it fails, unless a person is waited for.
    """
    if response["status"] == "cancelled":
        return ExitCode.INTERRUPTED
    if "error" in response:
        return exit_code_of(response["error"]["code"])
    is_good = response["meta"]["is_finished"] or response["status"] == _WAITING
    return ExitCode.OK if is_good else ExitCode.FAILED


def exit_code_of_watched(response: RunResponse) -> ExitCode:
    """Return how a command ends that has looked on; 130 would say that it was interrupted."""
    code = exit_code_of_response(response)
    return ExitCode.FAILED if code is ExitCode.INTERRUPTED else code


def _show_choices(screen: Screen, details: JsonMap) -> None:
    """Print what an ambiguous name fits, or what is close to an unknown one."""
    candidates, suggestions = details.get("candidates"), details.get("suggestions")
    if isinstance(candidates, list) and candidates:
        rows = [each for each in candidates if isinstance(each, dict)]
        cells = [[str(row.get(name) or "") for name in _CANDIDATE_COLUMNS] for row in rows]
        screen.show("", table_of(_CANDIDATE_COLUMNS, cells))
    if isinstance(suggestions, list) and suggestions:
        screen.show("", Text(printable(f"Close to it: {', '.join(map(str, suggestions))}")))


def _actions(screen: Screen, response: RunResponse) -> Iterator[Text]:
    for number, action in enumerate(response["next_actions"], start=1):
        how = _how(action, response["run_id"])
        mark = f"{number}." if _can_be_taken(action) else "-"
        line = printable(screen.pasteable(f"  {mark} {_label(action)}{how}"))
        yield Text(line, no_wrap=how.startswith(":"))  # a command is pasted whole


def _how(action: Mapping[str, JsonValue], run_id: str) -> str:
    payload = action.get("payload")
    if (question := _question_of(action)) is not None:
        return "" if question == action["label"] else f" (read as: {action['label']})"
    if action.get("type") in _DECISIONS and isinstance(payload, dict):
        call = shlex.quote(str(payload["call_id"]))
        decide = f"opstrail run {action['type']} {short_id(run_id)} {call}"
        return f": {decide} --label {payload['label']} --reason WHY"
    if action.get("type") == "open_trace":
        return f": opstrail run trace {short_id(run_id)}"
    patch = _patch_of(action)
    # What is only taken out of the plan says nothing to who chooses.
    told = [f"{path}={value}" for path, value in patch.items() if value is not None]
    return f" ({', '.join(told)})" if told else ""


def _label(action: Mapping[str, JsonValue]) -> str:
    """Return what an action is called: one that asks, by the question."""
    question = _question_of(action)
    return str(action["label"]) if question is None else question


def _can_be_taken(action: Mapping[str, JsonValue]) -> bool:
    """Return whether a fork takes it: it changes the plan, or asks a question."""
    return bool(_patch_of(action)) or _question_of(action) is not None


def _question_of(action: Mapping[str, JsonValue]) -> str | None:
    payload = action.get("payload")
    question = payload.get("question") if isinstance(payload, dict) else None
    return question if isinstance(question, str) else None


def _patch_of(action: Mapping[str, JsonValue]) -> JsonMap:
    """Return how the action changes the plan: one that does can be taken by a fork."""
    payload = action.get("payload")
    patch = payload.get("patch") if isinstance(payload, dict) else None
    return patch if isinstance(patch, dict) else {}


def _windows(response: RunResponse) -> Iterator[str]:
    """Yield which time is meant by each day or clock time, on the clock of who asked."""
    zone = response["meta"]["time_zone"]
    for window in response["meta"]["windows"]:
        start, end = (local_text(window[edge], zone_of(zone)) for edge in ("start", "end"))
        yield f"{window['asked']} in {zone}: {start} to {end}"


def _newest(response: RunResponse) -> str:
    """Return how new the data are: the call with each time, unless all calls agree."""
    zone, calls = zone_of(response["meta"]["time_zone"]), dict[str, list[str]]()
    for each in response["meta"]["newest_data"]:
        at = datetime.fromisoformat(each["newest"]).replace(microsecond=0).isoformat()
        said = local_text(at, zone) + (" (old)" if each["is_old"] else "")
        calls.setdefault(said, []).append(each["call_id"])
    if len(calls) == 1:
        return f"newest data: {next(iter(calls))}"
    told = [f"{said} ({', '.join(call_ids)})" for said, call_ids in calls.items()]
    return f"newest data: {', '.join(told)}" if told else ""


def _closing_line(response: RunResponse) -> str:
    meta, run_id = response["meta"], response["run_id"]
    took = spent_text(meta["timing_ms"], meta["waited_ms"])
    spent = "" if took is None else f", {took}"
    hint = f"opstrail run timeline {short_id(run_id)}"
    at = f" at version {response['meta']['version']}"
    return f"{run_id}{at}: {response['status']}{spent} (how it was found: {hint})"
