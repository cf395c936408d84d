"""The groups of commands, and the modules that have them: imported when they are asked for.

To import and to build all commands takes about as long as a read does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Final

import typer
from typer.main import get_command_name

from adapters.cli.options import example


@dataclass(frozen=True)
class Group:
    """A group of commands; its help says what it is about, and `modules` have its commands."""

    name: str
    about: str
    examples: tuple[str, ...]
    modules: tuple[str, ...]


_GROUPS: Final = (
    Group(
        "run",
        "Start runs, list them, and look at every step of them.",
        ("opstrail run timeline latest",),
        (
            *("runs", "events", "requests", "bundles", "verify", "fork", "comparisons", "notes"),
            *("step", "watch", "approvals", "run_groups"),
        ),
    ),
    Group(
        "replay",
        "Verify, rerun, fork or resume all runs that a filter fits.",
        ("opstrail replay start --mode verify -q 'started > -7d' --reason upgrade",),
        ("replays",),
    ),
    Group(
        "golden",
        "Pin runs by a name, and judge the engine and later runs by them.",
        ("opstrail golden pin latest --name servers", "opstrail golden check"),
        ("goldens",),
    ),
    Group(
        "estate",
        "Fill the estate from this machine, from files or with a demo; see what is there.",
        ("opstrail estate discover",),
        ("estate",),
    ),
    Group(
        "asset",
        "Publish what runs are made with: views, policies, recipes, mappings, rules.",
        ("opstrail asset list", "opstrail asset publish view:NOC view.json --why 'less noise'"),
        ("assets",),
    ),
    Group(
        "words",
        "Say what your own words stand for in questions, and see which words are known.",
        ("opstrail words add box server", 'opstrail words test "How many boxes are there?"'),
        ("words",),
    ),
    Group(
        "key",
        "Let users and programs ask over HTTP, and end that.",
        ("opstrail key create ada --role operator --why 'on call'", "opstrail key list"),
        ("keys",),
    ),
    Group(
        "tool",
        "List and describe the tools, and try one.",
        ("opstrail tool describe ci",),
        ("tools",),
    ),
    Group(
        "rule",
        "List the event-processing rules, and try one on the past.",
        ("opstrail rule test rule-high-cpu --last 7d",),
        ("rules",),
    ),
    Group(
        "delivery",
        "See what servers outside were not told yet, and tell it again.",
        ("opstrail delivery list",),
        ("deliveries",),
    ),
    Group(
        "log",
        "Look at, verify, export and import the record of all runs.",
        ("opstrail log verify",),
        ("logs", "log_timeline"),
    ),
    Group(
        "projection",
        "See how far the projections are, and build them anew.",
        ("opstrail projection list",),
        ("projections",),
    ),
    Group(
        "profile",
        "Keep database, tenant, time zone and colour under names.",
        ("opstrail profile add work --database ./ops.db --tenant acme", "opstrail profile list"),
        ("profiles",),
    ),
    Group(
        "db",
        "Upgrade, check, back up and measure the database.",
        ("opstrail db check",),
        ("database",),
    ),
)
_ALONE: Final[Mapping[str, str]] = {
    "ask": "requests",
    "audit": "audit",
    "doctor": "database",
    "help": "guidance",
    "serve": "serve",
    "completion": "guidance",
}
"""The modules of the commands that are in no group; there they are in the Typer `alone`."""


def add_all(root: typer.Typer) -> None:
    """Give the root every command."""
    for module in dict.fromkeys(_ALONE.values()):
        root.add_typer(_commands(module, "alone"))
    for group in _GROUPS:
        root.add_typer(_filled(group, group.modules))


def add_named(root: typer.Typer, words: Sequence[str]) -> None:
    """Give the root the command that the words name, and what help or a refusal may tell of."""
    name, *further = words or ("",)
    for module in (_ALONE[name],) if name in _ALONE else dict.fromkeys(_ALONE.values()):
        root.add_typer(_commands(module, "alone"))
    for group in _GROUPS:
        modules = _modules_for(group, further) if group.name == name else ()
        root.add_typer(_filled(group, modules))


def _filled(group: Group, modules: Sequence[str]) -> typer.Typer:
    """Return the group with the commands of these modules."""
    filled = typer.Typer(
        name=group.name, no_args_is_help=True, help=group.about, epilog=example(*group.examples)
    )
    for module in modules:
        filled.add_typer(_commands(module, "app"))
    return filled


def _modules_for(group: Group, words: Sequence[str]) -> tuple[str, ...]:
    """Return the module of the command that the words begin with; all where they name none."""
    for module in group.modules:
        if words and words[0] in _names(_commands(module, "app")):
            return (module,)
    return group.modules


def _commands(module: str, name: str) -> typer.Typer:
    commands: typer.Typer = getattr(import_module(f"adapters.cli.commands.{module}"), name)
    return commands


def _names(commands: typer.Typer) -> Iterator[str]:
    for each in commands.registered_commands:
        yield each.name or get_command_name(each.callback.__name__ if each.callback else "")
