"""Command lines of every command with every option, their values hostile more often than not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final, Literal, get_args, get_origin

import typer

from adapters.cli.app import whole_app
from tests.fuzz.hostile_files import HostileFiles
from tests.fuzz.hostile_values import (
    DATABASES,
    FILTERS,
    NUMBERS,
    PARAMS,
    PATHS,
    QUESTIONS,
    TIMES,
    some_text,
)

_WITHOUT_END: Final = {"help", "watch"}
_ELSE_LONG: Final = {"days", "seconds"}
"""Options without which a command takes seconds."""
_SLOW: Final = {"discover", "demo"}
_ESTATES: Final = (".csv", "s.json", ".jsonl")
_VALUES: Final[dict[str, tuple[str, ...]]] = {
    "--days": ("1", "0", "-1", "367", "abc"),
    "--seconds": ("0", "-1", "nan", "inf", "3601", "abc"),
    "--rate": ("1000", "0", "-1", "nan", "inf", "abc"),
    "--at": (*TIMES, *NUMBERS),
    "--since": (*TIMES, *NUMBERS),
    "--anchor": ("now", "data", *TIMES),
    "-q": FILTERS,
    "--params": PARAMS,
    "question": QUESTIONS,
    "operation": ("ci.search", "graph.impact", "metric.aggregate", "history.recent", "ci."),
    "name": ("ci", "good", "search", "tool-statistics", "nobody"),
    "--name": ("good", "g/1", "-"),
    "--from": ("primary", "graph", "nobody"),
    "call": ("primary", "graph", "nobody"),
    "--ignore": ("/window", "metric:/rows/*/time", "/" * 400, "/**/" * 300),
    "--threshold": ("blocks=1", "x=y", "="),
}
_FILES: Final[dict[str, tuple[str, ...]]] = {
    "--plan": ("plan.json",),
    "paths": _ESTATES,
    "--bundle": ("bundle.zip",),
    "--resume": ("mark.json", "plan.json"),
    "file": ("bundle.zip", "log.jsonl", "log.jsonl.zst"),
}


@dataclass(frozen=True, slots=True)
class _Parameter:
    """An argument or an option of a command; `words` are those that it takes, if they are few."""

    names: tuple[str, ...]
    words: tuple[str, ...]
    metavar: str
    is_flag: bool
    is_required: bool
    is_list: bool

    @property
    def name(self) -> str:
        return self.names[-1]

    @property
    def is_option(self) -> bool:
        return self.name.startswith("-")


@dataclass(frozen=True, slots=True)
class _Command:
    words: tuple[str, ...]
    parameters: tuple[_Parameter, ...]


class HostileLines:
    """Makes command lines; each number has its own line, whatever was made before."""

    def __init__(self, files: HostileFiles, *, seed: int) -> None:
        self._files, self._seed = files, seed
        self._commands = list(_commands(typer.main.get_command(whole_app()), ()))

    def line(self, number: int) -> list[str]:
        """Return the arguments of the line of this number, and write the files that it names."""
        random = Random(f"{self._seed} {number}")
        command = random.choice(self._commands)
        while command.words[-1] in _SLOW and random.random() < 0.95:
            command = random.choice(self._commands)
        found = [*command.words]
        for parameter in command.parameters:
            found += self._given(parameter, random)
        return [*_global(random), *_disturbed(found, random)]

    def _given(self, parameter: _Parameter, random: Random) -> list[str]:
        if not parameter.is_option:
            count = random.choice((1, 2, 3)) if parameter.is_list else random.random() < 0.97
            return [self._value(parameter, random) for _ in range(count)]
        if random.random() > (0.95 if parameter.is_required else 0.15):
            return []
        name = random.choice(parameter.names)
        return [name] if parameter.is_flag else [name, self._value(parameter, random)]

    def _value(self, parameter: _Parameter, random: Random) -> str:
        name = parameter.name
        if random.random() < 0.15:
            return some_text(random)
        if name in _FILES:
            file = self._files.some(random, *_FILES[name])
            return file if random.random() < 0.8 else random.choice(PATHS)
        if name in {"--patch", "--result"}:
            return self._change(name, random)
        if parameter.words or name in _VALUES:
            return random.choice(parameter.words or _VALUES[name])
        if "RUN" in parameter.metavar or name in {"good", "bad", "runs"}:
            return random.choice(("latest", "previous", "golden", "0", "r", some_text(random)))
        return random.choice((some_text(random), random.choice(NUMBERS)))

    def _change(self, name: str, random: Random) -> str:
        file, text = self._files.some(random, "patch.json", "result.json"), some_text(random)
        if name == "--result":
            what = random.choice(("empty", "error", "error:TOOL_TIMEOUT", "error:", file, text))
            return f"{random.choice(('primary', 'graph', text))}={what}"
        path = random.choice(("graph.depth", "primary.limit", "params.primary.limit", "assets.x"))
        return random.choice((file, f"{path}={text}", f"{text}={path}"))


def _commands(group: Any, words: tuple[str, ...]) -> Iterator[_Command]:  # noqa: ANN401 - of typer
    for name, command in getattr(group, "commands", {}).items():
        yield from _commands(command, (*words, name))
    if words and not hasattr(group, "commands"):
        parameters = [_parameter(each) for each in group.params if each.name not in _WITHOUT_END]
        yield _Command(words, tuple(parameters))


def _parameter(found: Any) -> _Parameter:  # noqa: ANN401 - of typer
    annotation = found.type_descriptor.annotation
    return _Parameter(
        names=tuple(found.opts),
        words=get_args(annotation) if get_origin(annotation) is Literal else (),
        metavar=found.metavar or "",
        is_flag=bool(getattr(found, "is_flag", False)),
        is_required=found.required or found.name in _ELSE_LONG,
        is_list=found.nargs == -1,
    )


def _global(random: Random) -> list[str]:
    if random.random() < 0.07:
        return ["--database", random.choice(DATABASES)]
    if random.random() < 0.05:
        return ["--tenant", some_text(random)]
    return []


def _disturbed(words: Sequence[str], random: Random) -> list[str]:
    """Return the words, seldom with one more, one less, or in another order."""
    found = list(words)
    if random.random() < 0.05:
        found.insert(random.randrange(len(found) + 1), some_text(random))
    if random.random() < 0.03:
        del found[random.randrange(len(found))]
    if random.random() < 0.03:
        random.shuffle(found)
    return found
