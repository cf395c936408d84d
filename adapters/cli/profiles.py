"""Profiles: a server or a database, a tenant and so on under a name, in the user's own file.

    use = "work"

    [profiles.work]
    database = "postgresql://db.example/ops"
    tenant = "acme"

No file of the folder that somebody stands in is read: one that others put there could send them
to another database without a word. A password has no place in it: PostgreSQL reads those of
`~/.pgpass` and `PGPASSWORD`.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from adapters.cli.database_names import has_password
from domain.errors import NotFound, Refused
from domain.time_zones import UnknownTimeZone, zone_of
from domain.values.text import NAME, PATH, shown
from infrastructure.config import CONFIG as CONFIG  # noqa: PLC0414 - choices take it from here
from infrastructure.config import config_path

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

Color = Literal["auto", "always", "never"]
RULES: Final = {"server": PATH, "database": PATH, "tenant": NAME, "time_zone": NAME, "color": NAME}
"""What a profile may hold, each a text that this rule allows."""
KEYS: Final = tuple(RULES)

profiles_path: Final = config_path
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LINE: Final = re.compile(r"at line (\d+)")
_MOST_BYTES: Final = 1 << 20
_USE: Final = "use"
_PROFILES: Final = "profiles"
_OF_OTHERS: Final = {"settings", "delivery"}
"""The tables of the file that have no profiles: see `infrastructure.settings`."""


class InvalidProfiles(Refused):
    """The file of profiles holds what it may not; nothing of it counts then."""

    def __init__(self, path: Path, *, line: int, key: str, why: str) -> None:
        self.path, self.line, self.key, self.why = path, line, key, why
        super().__init__(f"{path}:{line}: {key}: {why}")


class InvalidProfile(Refused):
    """A profile is to be added that may not be as it is."""


class NoSuchProfile(NotFound):
    """There is no profile of this name."""

    def __init__(self, name: str, *, known: Mapping[str, object]) -> None:
        super().__init__(name)
        self.args = (f"there is no profile {name!r}; profiles: {', '.join(known) or 'none'}",)


@dataclass(frozen=True, slots=True)
class Profiles:
    """The values of each profile by its name, and which counts where none is named."""

    in_use: str | None = None
    by_name: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def named(self, name: str) -> Mapping[str, str]:
        """Return the values of a profile. Raises `NoSuchProfile`."""
        if name not in self.by_name:
            raise NoSuchProfile(name, known=self.by_name)
        return self.by_name[name]


def read_profiles(path: Path) -> Profiles:
    """Return the profiles of a file; none where it is not there.

    Raises `InvalidProfiles`, `OSError`.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return Profiles()
    from adapters.cli.files import start_of

    content = start_of(path, byte_count=_MOST_BYTES)
    if len(content) > _MOST_BYTES:
        why = f"it has more than {_MOST_BYTES:,} bytes"
        raise InvalidProfiles(path, line=1, key="the file", why=why)
    if os.name == "posix" and mode & stat.S_IWOTH:
        why = f"everybody may write to it; `chmod o-w {path}` keeps others from it"
        raise InvalidProfiles(path, line=1, key="the file", why=why)
    try:
        return _Reading(path, content.decode()).profiles()
    except UnicodeDecodeError as error:
        raise InvalidProfiles(path, line=1, key="the file", why="it is not UTF-8") from error


def add_profile(path: Path, name: str, values: Mapping[str, str]) -> None:
    """Write a new profile. Raises `InvalidProfile`, `InvalidProfiles`."""
    known = read_profiles(path).by_name
    if name in known:
        message = f"profile {name!r} is there already; `opstrail profile remove {name}` removes it"
        raise InvalidProfile(message)
    if (why := _wrong_name(name)) is not None:
        raise InvalidProfile(why)
    for key, value in values.items():
        if (why := _wrong_value(key, value)) is not None:
            message = f"--{key.replace('_', '-')}: {why}"
            raise InvalidProfile(message)
    with _changed(path) as document:
        document.setdefault(_PROFILES, {})[name] = dict(values)


def use_profile(path: Path, name: str | None) -> None:
    """Let a profile count where none is named, or None at all. Raises `NoSuchProfile`."""
    if name is not None:
        read_profiles(path).named(name)
    with _changed(path) as document:
        document.pop(_USE, None)
        if name is not None:
            document[_USE] = name


def remove_profile(path: Path, name: str) -> None:
    """Remove a profile; one that was in use is so no more. Raises `NoSuchProfile`."""
    before = read_profiles(path)
    before.named(name)
    with _changed(path) as document:
        del document[_PROFILES][name]
        if before.in_use == name:
            del document[_USE]


@contextmanager
def _changed(path: Path) -> Iterator[Any]:
    """Give the document of the file to be changed, comments and all, and write it anew."""
    import tomlkit

    from adapters.cli.files import replace_privately

    text = path.read_text(encoding="utf-8") if path.exists() else ""
    document: TOMLDocument = tomlkit.parse(text)
    yield document
    replace_privately(path, tomlkit.dumps(document))


def _wrong_name(name: str) -> str | None:
    if _NAME.fullmatch(name):
        return None
    return f"{shown(name)} is no name of a profile; allowed: up to 64 letters, digits, . _ and -"


def _wrong_value(key: str, value: object) -> str | None:
    """Return what is wrong with a value, None for nothing; never what a password is."""
    if not isinstance(value, str):
        return f"{shown(value)} is no text"
    match key:
        case "database" | "server" if has_password(value):
            return "a password has no place in a profile; use ~/.pgpass, PGPASSWORD or a variable"
        case "database" if "://" not in value and not Path(value).is_absolute():
            return f"{shown(value)} is no absolute path, and no URL"
        case "color" if value not in get_args(Color):
            return f"{shown(value)} is none of {', '.join(get_args(Color))}"
        case "time_zone":
            return _wrong_zone(value)
        case _:
            return RULES[key].problem(value)


def _wrong_zone(name: str) -> str | None:
    try:
        zone_of(name)
    except UnknownTimeZone as error:
        return str(error)
    return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """The file as it is read; what is wrong is told with its line."""

    path: Path
    text: str

    def profiles(self) -> Profiles:
        content = self._content()
        tables, in_use = content.pop(_PROFILES, {}), content.pop(_USE, None)
        for key in content.keys() - _OF_OTHERS:
            allowed = f"{_USE}, [{_PROFILES}.NAME], [settings], [[delivery]]"
            raise self._error(None, key, why=f"unknown; allowed: {allowed}")
        if not isinstance(tables, dict):
            raise self._error(None, _PROFILES, why=f"must be tables: [{_PROFILES}.NAME]")
        for name, values in tables.items():
            self._check(name, values)
        if in_use is not None and in_use not in tables:
            known = ", ".join(tables) or "none"
            raise self._error(None, _USE, why=f"no profile {in_use!r}; profiles: {known}")
        return Profiles(in_use, tables)

    def _content(self) -> dict[str, Any]:
        import tomllib

        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _LINE.search(str(error))
            line = int(found[1]) if found else len(self.text.splitlines())
            raise InvalidProfiles(self.path, line=line, key="no TOML", why=str(error)) from error

    def _check(self, name: str, values: object) -> None:
        if (why := _wrong_name(name)) is not None:
            raise self._error(name, None, why=why)
        if not isinstance(values, dict):
            raise self._error(name, None, why=f"must be a table: [{_PROFILES}.{name}]")
        for key, value in values.items():
            unknown = f"unknown; allowed: {', '.join(KEYS)}"
            if (why := _wrong_value(key, value) if key in KEYS else unknown) is not None:
                raise self._error(name, key, why=why)

    def _error(self, profile: str | None, key: str | None, *, why: str) -> InvalidProfiles:
        told = ".".join(each for each in (profile and f"{_PROFILES}.{profile}", key) if each)
        line = self._line(profile, key)
        return InvalidProfiles(self.path, line=line, key=told, why=why)

    def _line(self, profile: str | None, key: str | None) -> int:
        """Return the line of a key of a profile, of a profile, or of a key of none."""
        header = None
        for number, line in enumerate(map(str.strip, self.text.splitlines()), start=1):
            if line.startswith("["):
                header = line.strip("[]").removeprefix(f"{_PROFILES}.").strip("\"'")
            name = None if line.startswith("[") else line.partition("=")[0].strip().strip("\"'")
            if (header, name) == (profile, key):
                return number
        return 1
