"""Profiles as text, and what they and the root options come to."""

from adapters.cli.choices import VARIABLES, Choice, Choices
from adapters.cli.profiles import KEYS, Profiles
from adapters.cli.screen import Screen
from adapters.cli.text.tables import table_of
from domain.time_zones import name_of
from domain.values.text import without_passwords


def show_profiles(profiles: Profiles) -> None:
    """Print what each profile holds, with a mark at the one in use."""
    screen = Screen()
    if not profiles.by_name:
        screen.tell("No profiles: `opstrail profile add NAME --database ...` makes one.")
        return
    rows = [
        ("*" if name == profiles.in_use else "", name, *map(values.get, KEYS))
        for name, values in profiles.by_name.items()
    ]
    screen.show(table_of(("", "profile", "database", "tenant", "time zone", "color"), rows))


def show_choices(screen: Screen, choices: Choices) -> None:
    """Print what counts, and where it comes from."""
    defaults = {
        "profile": "none",
        "database": "a file in your data folder",
        "time_zone": f"{name_of(screen.zone)}, of this machine",
    }
    rows = [
        (key.replace("_", " "), _value(choices[key]) or defaults.get(key), _origin(key, choices))
        for key in VARIABLES
    ]
    screen.show(table_of(("what", "value", "comes from"), rows))


def _value(choice: Choice) -> str | None:
    return None if choice.value is None else without_passwords(choice.value)


def _origin(key: str, choices: Choices) -> str:
    match choices[key].origin:
        case "option":
            return f"option --{key.replace('_', '-')}"
        case "environment":
            return f"variable {VARIABLES[key]}"
        case "profile" if key != "profile":
            return f"profile {choices['profile'].value}"
        case "profile":
            return "profile in use"
        case "default":
            return "default"
