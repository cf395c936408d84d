"""What the root options come to: of each the first of option, environment, profile and default."""

import os
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final, Literal

import typer

from adapters.cli import database_names
from adapters.cli.profiles import CONFIG, RULES, Profiles, profiles_path, read_profiles
from domain.time_zones import UTC_NAME, UnknownTimeZone, zone_of
from domain.values.text import shown, without_passwords

VARIABLES: Final[Mapping[str, str]] = {
    "profile": "OPSTRAIL_PROFILE",
    "server": "OPSTRAIL_SERVER",
    "database": database_names.VARIABLE,
    "tenant": "OPSTRAIL_TENANT",
    "time_zone": "OPSTRAIL_TIME_ZONE",
    "color": "OPSTRAIL_COLOR",
}
"""The environment variables of the root options."""

_DEFAULTS: Final[Mapping[str, str]] = {"tenant": "default", "color": "auto"}
_REPEATED: Final = ("server", "database", "tenant", "time_zone")
_ZONES: Final = "zoneinfo/"
_SERVER: Final = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
Origin = Literal["option", "environment", "profile", "default"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The value of a root option and where it comes from; None is the default of the value."""

    value: str | None
    origin: Origin


Choices = Mapping[str, Choice]
"""The choice for each of `VARIABLES`."""


def chosen(given: Mapping[str, str]) -> tuple[Choices, str]:
    """Return the choices of who gave these options, and what a command printed for them repeats.

    That are, quoted for a shell, the options without which it would mean something else. Raises
    `NoSuchProfile`, `InvalidProfiles`, `OSError`.
    """
    profiles = _profiles(given)
    choices = _chosen(given, profiles)
    words, same = list[str](), dict[str, str]()
    profile = given.get("profile")
    if profile is not None and profile != _chosen({}, profiles)["profile"].value:
        words, same = ["--profile", shlex.quote(profile)], {"profile": profile}
    otherwise = _chosen(same, profiles)
    for key in _REPEATED:
        value = choices[key].value
        if value is not None and _meaning(key, value) != _meaning(key, otherwise[key].value):
            words += [f"--{key.replace('_', '-')}", _pasted(key, value)]
    return choices, " ".join(words)


def zone_chosen(choices: Choices) -> tzinfo:
    """Return the chosen zone, else that of the machine. Raises `UnknownTimeZone`."""
    name = choices["time_zone"].value
    return _machine_zone() if name is None else zone_of(name)


def server_chosen(choices: Choices) -> str | None:
    """Return the URL of the server that is asked, None where a database is opened.

    A database that is named by an option goes before a server that is not. Raises
    `typer.BadParameter` for what is no URL of a server, and for options that do not go together.
    """
    server, is_named = choices["server"].value, choices["server"].origin == "option"
    if server is None or (choices["database"].origin == "option" and not is_named):
        return None
    for key in ("database", "tenant"):
        if choices[key].origin == "option":
            message = f"a server has its own database, and a key says whose: leave out --{key}"
            raise typer.BadParameter(message, param_hint="--server")
    if not _SERVER.fullmatch(server):
        message = f"{shown(server)} is no URL of a server, such as http://127.0.0.1:8321"
        raise typer.BadParameter(message, param_hint="--server")
    url = server.rstrip("/")
    return url if url.endswith("/v1") else f"{url}/v1"


def _machine_zone() -> tzinfo:
    """Return the time zone of this machine; UTC where it names none."""
    # Most machines have a link there, and it is read in a hundredth of the time of what follows.
    _, _, name = os.path.realpath("/etc/localtime").partition(_ZONES)
    try:
        return zone_of(name if name and "TZ" not in os.environ else _asked_zone())
    except (LookupError, ValueError, OSError, UnknownTimeZone):
        return UTC


def _asked_zone() -> str:
    import tzlocal

    return tzlocal.get_localzone_name() or UTC_NAME


def _profiles(given: Mapping[str, str]) -> Profiles:
    """Return the profiles; none where nobody asked for them, and this user may not read them.

    So it is for who works for another user, whose folders the environment names.
    """
    path = profiles_path()
    try:
        return read_profiles(path)
    except PermissionError:
        if "profile" in given or os.environ.keys() & {VARIABLES["profile"], CONFIG}:
            raise
        typer.echo(f"opstrail: {path} may not be read by this user: no profile counts", err=True)
        return Profiles()


def _chosen(given: Mapping[str, str], profiles: Profiles) -> Choices:
    named = _first("profile", given, {})
    if named.value is None and profiles.in_use is not None:
        named = Choice(profiles.in_use, "profile")
    values = {} if named.value is None else profiles.named(named.value)
    choices = {key: _first(key, given, values) for key in VARIABLES if key != "profile"}
    return {"profile": named, **choices}


def _first(key: str, given: Mapping[str, str], values: Mapping[str, str]) -> Choice:
    if key in given:
        return Choice(given[key], "option")
    if value := os.environ.get(VARIABLES[key]):
        return Choice(_taken(key, value), "environment")
    if key in values:
        return Choice(_taken(key, values[key]), "profile")
    return Choice(_DEFAULTS.get(key), "default")


def _taken(key: str, value: str) -> str:
    """Return the value as the option would take it; what it refuses was refused before."""
    return RULES[key].taken(value) if key in RULES else value


def _meaning(key: str, value: str | None) -> str | None:
    return database_names.database_url_of(value) if key == "database" and value else value


def _pasted(key: str, value: str) -> str:
    """Return a value as it stands in a command; who pastes it fills in the password for ***."""
    if key != "database":
        return shlex.quote(value)
    return shlex.quote(without_passwords(database_names.absolute(value)))
