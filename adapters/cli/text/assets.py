"""Assets, as text."""

import json
from typing import Final

from adapters.cli.screen import Screen, printable
from adapters.cli.text.tables import ListText, fields_of
from domain.json import JsonMap
from domain.run.facts import counted
from domain.times import to_the_second
from domain.views.asset import AssetChange, AssetLine, AssetView

_SHORT: Final = 12
_OPERATIONS: Final = {"add": "+", "remove": "-", "replace": "~"}


def _published(line: AssetLine) -> str:
    return "-" if line.published is None else str(line.published or "built in")


ASSETS_TEXT: Final[ListText[AssetLine]] = ListText(
    {
        "asset": lambda line: f"{line.kind}:{line.name}",
        "state": lambda line: line.state,
        "published": _published,
        "draft": lambda line: "" if line.draft is None else str(line.draft),
        "digest": lambda line: (line.digest or "")[:_SHORT],
        "changed at": lambda line: to_the_second(line.changed_at) if line.changed_at else "",
        "changed by": lambda line: line.changed_by.id if line.changed_by else "",
    },
    id_of=lambda line: f"{line.kind}:{line.name}",
    when_empty="No assets.",
    leave_out=("changed by", "changed at", "digest"),
    ids=("asset",),
)


def show_asset(screen: Screen, asset: AssetView) -> None:
    """Print an asset: how it stands, what the version says, what was done."""
    line = asset.line
    facts = [
        ("asset", f"{line.kind}:{line.name}"),
        ("state", line.state),
        ("published", _published(line)),
        ("shown", _version(asset.version)),
        ("digest", f"sha256:{asset.digest}"),
    ]
    screen.show(fields_of(facts))
    content = json.dumps(asset.content, indent=2, ensure_ascii=False)
    screen.show("", *map(printable, content.splitlines()), "")
    for step in asset.history:
        told = f"{to_the_second(step.recorded_at)} {step.by.id}: {step.what}"
        screen.show(printable(told))


def show_change(screen: Screen, change: AssetChange) -> None:
    """Print what differs, place by place."""
    before, after = map(_version, (change.from_version, change.to_version))
    name, count = f"{change.line.kind}:{change.line.name}", len(change.changes)
    many = counted(count, "change") if count else "no difference"
    screen.show(f"{name}, {before} -> {after}: {many}")
    for each in change.changes:
        screen.show(
            printable(f"  {_OPERATIONS[str(each['op'])]} {each['path'] or '/'}{_told(each)}")
        )


def _told(change: JsonMap) -> str:
    """Say the value there, and the one before where it is another or gone."""
    value, was = (
        json.dumps(change[name], ensure_ascii=False) if name in change else None
        for name in ("value", "was")
    )
    if value is None:
        return f" (was {was})"
    return f" = {value}" if was is None else f" = {value} (was {was})"


def _version(version: int | None) -> str:
    if version is None:
        return "nothing"
    return f"version {version}" if version else "built in"
