"""What the shell is told while somebody types: the script for it, and the ids of runs.

A shell calls `opstrail` with `_OPSTRAIL_COMPLETE`, and typer answers from the declared commands.
"""

import shlex
import signal
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import typer

if TYPE_CHECKING:
    from adapters.cli.session import Session

VARIABLE: Final = "_OPSTRAIL_COMPLETE"
_BASH_WORDS: Final = "COMP_WORDS"
_BASH_PLACE: Final = "COMP_CWORD"
_OTHER_WORDS: Final = "_TYPER_COMPLETE_ARGS"
_MOST: Final = 200
_SECONDS: Final = 1.5
"""As long as somebody waits at a database that does not answer; else it takes a fifth of that."""
_SQLITE: Final = "sqlite:///"


def script_for(shell: str) -> str:
    """Return what makes a shell ask for completions."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # it has it

    return get_completion_script(prog_name="opstrail", complete_var=VARIABLE, shell=shell)


def words_to_complete(
    environment: MutableMapping[str, str],
    root_options_first: Callable[[Sequence[str]], tuple[list[str], list[str]]],
) -> list[str]:
    """Return the words before the one that is typed, and put the root's options first there.

    Then the answer fits a command with root options anywhere, as when it is called.
    """
    from typer.completion import completion_init  # type: ignore[attr-defined]  # it has it

    completion_init()
    if _BASH_WORDS in environment:
        words = _split(environment[_BASH_WORDS])
        place = int(environment.get(_BASH_PLACE, "1"))
        begun = words[place] if place < len(words) else ""
        before = words[1:place]
    else:
        line = environment.get(_OTHER_WORDS, "")
        begun = "" if line.endswith(" ") else (_split(line) or [""])[-1]
        before = _split(line)[1 : None if not begun else -1]
    given, rest = root_options_first(before)
    ordered = ["opstrail", *given, *rest]
    environment[_BASH_PLACE] = str(len(ordered))
    environment[_BASH_WORDS] = shlex.join([*ordered, begun] if begun else ordered)
    environment[_OTHER_WORDS] = f"{shlex.join(ordered)} {begun and shlex.quote(begun)}"
    return rest


def complete_run(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the runs whose id begins so, or its last digits, each with its question."""
    return _begun(_runs(context, incomplete), incomplete)


def complete_asset(context: typer.Context, incomplete: str) -> list[str]:
    """Return the assets whose names begin so."""
    return [name for name, _ in _begun(_assets(context), incomplete)]


def complete_waiting_call(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the calls that the run given waits for, each with why it waits."""
    return _begun(_waiting(context), incomplete)


def complete_profile(incomplete: str) -> list[str]:
    """Return the profiles whose names begin so; none when they cannot be read."""
    from adapters.cli.profiles import profiles_path, read_profiles

    try:
        known = read_profiles(profiles_path()).by_name
    except Exception:  # noqa: BLE001 - a shell that completes has no place for an error
        return []
    return [name for name in known if name.startswith(incomplete)]


def _begun(found: Iterator[tuple[str, str]], incomplete: str) -> list[tuple[str, str]]:
    """Return what is found that begins so; nothing when it cannot be had at once."""
    try:
        with _at_once(), redirect_stderr(StringIO()):
            return [each for each in found if each[0].startswith(incomplete)]
    except Exception:  # noqa: BLE001 - as above
        return []


def _runs(context: typer.Context, incomplete: str) -> Iterator[tuple[str, str]]:
    from adapters.cli.text.tables import short_id
    from domain.operations.run_lists import LIST_RUNS, PageOfRuns

    for run in _session(context).call(LIST_RUNS, PageOfRuns(limit=_MOST)):
        name = run.run_id if incomplete.startswith("r") else short_id(run.run_id)
        yield name, " ".join(run.question.split())


def _assets(context: typer.Context) -> Iterator[tuple[str, str]]:
    from domain.operations.assets import LIST_ASSETS, KindOfAssets

    for line in _session(context).call(LIST_ASSETS, KindOfAssets()):
        yield f"{line.kind}:{line.name}", ""


def _waiting(context: typer.Context) -> Iterator[tuple[str, str]]:
    from domain.operations.one_run import RunAt
    from domain.operations.run_views.details import SHOW_RUN

    run = _session(context).call(SHOW_RUN, RunAt(run=context.params["run"]))
    for call, _, why in (each.partition(" ") for each in run.waits_for):
        yield call, why


def _session(context: typer.Context) -> "Session":
    """Return what asks the database; raises where that would be made."""
    from adapters.cli.session import Invocation, given_options

    invocation = Invocation()
    invocation.given = given_options(cast("typer.Context", context.find_root()))
    url = invocation.session.database_url or ""
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).exists():
        raise FileNotFoundError(url)
    return invocation.session


@contextmanager
def _at_once() -> Iterator[None]:
    """Raise `TimeoutError` inside when it takes longer than somebody waits for a completion."""

    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _split(line: str) -> list[str]:
    """Return the words of a line that may end within a quote."""
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()
