"""`opstrail run fork`, `rerun` and `resume`: runs that go on from the record of a run."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.cli.commands.requests import show_answer_to
from adapters.cli.options import (
    Blocked,
    ChangedTimeoutMs,
    ForkAt,
    FromCall,
    Output,
    Patch,
    Preview,
    Reason,
    Result,
    RetryFailed,
    RunText,
    example,
    json_of,
    object_of,
)
from adapters.cli.session import P, session_of

if TYPE_CHECKING:
    from pydantic import JsonValue

    from domain.json import JsonMap
    from domain.operations.operation import Operation
    from domain.run.facts import Patches, ResultPatch
    from domain.views import preview as previews
    from domain.views.response import RunResponse

app = typer.Typer()


@app.command(
    epilog=example(
        'opstrail run resume latest --reason "the network is back"',
        'opstrail run resume latest --timeout-ms 60000 --reason "it is slow today"',
    )
)
def resume(
    context: typer.Context,
    run: RunText,
    reason: Reason,
    *,
    timeout_ms: ChangedTimeoutMs = None,
    patch: Patch = None,
    result: Result = None,
    preview: Preview = False,
    output: Output = "text",
) -> None:
    """Let a failed, partial, degraded or cancelled run go on, and ask again what did not succeed.

    Calls that have succeeded are reused, unless a change gives them other parameters.
    """
    from domain.operations.replays import RESUME_PREVIEW, RESUME_RUN, ResumeParams

    asked = ResumeParams(
        run=run,
        reason=reason,
        timeout_ms=timeout_ms,
        patches=read_patches(patch or (), result or ()),
    )
    _go_on(context, (RESUME_RUN, RESUME_PREVIEW), asked, output, is_preview=preview)


@app.command(
    epilog=example(
        'opstrail run fork latest --patch graph.depth=1 --reason "only what is next to it"',
        'opstrail run fork latest --at 9 --result graph=empty --reason "nothing near" --preview',
        'opstrail run fork latest --retry-failed --reason "the network is back"',
        'opstrail run fork latest --from graph --reason "a relation was missing"',
    )
)
def fork(
    context: typer.Context,
    run: RunText,
    *,
    reason: Annotated[
        str | None,
        typer.Option(help="Why; it is recorded with who did it. Only an action needs none."),
    ] = None,
    at: ForkAt = None,
    from_call: FromCall = None,
    retry_failed: RetryFailed = False,
    timeout_ms: ChangedTimeoutMs = None,
    patch: Patch = None,
    result: Result = None,
    action: Annotated[
        int | None,
        typer.Option(min=1, help="Take this next action: change the plan so, or ask this."),
    ] = None,
    blocked: Blocked = False,
    preview: Preview = False,
    output: Output = "text",
) -> None:
    """Start a new run from the record of another: up to an event as it was, then live.

    Calls with the same tool, operation and parameters are answered from the record, whatever their
    order; all others go out, unless they are blocked. Of several attempts the last one counts.
    """
    from domain.operations.replays import FORK_PREVIEW, FORK_RUN, ForkParams

    asked = ForkParams(
        run=run,
        reason=_reason(reason, action),
        at=at,
        from_call=from_call,
        retry_failed=retry_failed,
        timeout_ms=timeout_ms,
        patches=read_patches(patch or (), result or ()),
        action=action,
        is_blocked=blocked,
    )
    _go_on(context, (FORK_RUN, FORK_PREVIEW), asked, output, is_preview=preview)


def _reason(reason: str | None, action: int | None) -> str:
    if reason is None and action is None:
        message = "say why, or take an --action"
        raise typer.BadParameter(message, param_hint="--reason")
    return f"next action {action}" if reason is None else reason


@app.command(
    epilog=example(
        'opstrail run rerun latest --reason "the disk was replaced"',
        'opstrail run rerun latest --patch graph.depth=3 --timeout-ms 60000 --reason "farther"',
    )
)
def rerun(
    context: typer.Context,
    run: RunText,
    reason: Reason,
    *,
    timeout_ms: ChangedTimeoutMs = None,
    patch: Patch = None,
    result: Result = None,
    preview: Preview = False,
    output: Output = "text",
) -> None:
    """Run the same plan again, all calls live, and say how the new run differs."""
    from domain.operations.replays import RERUN_PREVIEW, RERUN_RUN, RerunParams

    asked = RerunParams(
        run=run,
        reason=reason,
        timeout_ms=timeout_ms,
        patches=read_patches(patch or (), result or ()),
    )
    _go_on(context, (RERUN_RUN, RERUN_PREVIEW), asked, output, is_preview=preview)


def _go_on(
    context: typer.Context,
    ways: "tuple[Operation[P, RunResponse], Operation[P, previews.Preview]]",
    params: "P",
    output: Output,
    *,
    is_preview: bool,
) -> None:
    """Carry out the first operation and show its answer, or show what the second one foresees."""
    from adapters.cli.text.replays import show_preview

    carry_out, foresee = ways
    if is_preview:
        session_of(context).show(foresee, params, output, as_text=show_preview)
    else:
        show_answer_to(context, carry_out, params, output)


def read_patches(patches: Iterable[str], results: Iterable[str]) -> "Patches":
    """Return the changes that the options say; a later one goes before an earlier one.

    A patch is a file with a JSON object, or `path=value`; see `patches_of`. Raises
    `typer.BadParameter`.
    """
    from domain.run.patches import patches_of

    return patches_of([_change(text) for text in patches], dict(map(_result, results)))


def _change(text: str) -> "JsonMap":
    path, has_value, value = text.partition("=")
    return {path.strip(): _value(value)} if has_value else object_of(Path(text), option="--patch")


def _value(text: str) -> "JsonValue":
    """Return the JSON that the text is, else the text itself."""
    try:
        json.loads(text)
    except ValueError:
        return text
    except RecursionError:
        pass  # it is JSON, and too deep
    return json_of(text, option="--patch")


def _result(text: str) -> "tuple[str, ResultPatch]":
    from domain.run.facts import ResultPatch

    call_id, _, value = text.partition("=")
    if not call_id or not value:
        message = f"{text!r} is no result; write CALL=FILE, CALL=empty or CALL=error[:CODE]"
        raise typer.BadParameter(message, param_hint="--result")
    kind, _, code = value.partition(":")
    if value == "empty":
        return call_id, ResultPatch(kind="empty")
    if kind == "error":
        return call_id, ResultPatch(kind="error", error_code=code or None)
    return call_id, ResultPatch(kind="data", data=json_of(Path(value), option="--result"))
