"""The pages that `opstrail help` shows, too: some are copied from there, some made for there."""

from collections.abc import Callable
from functools import partial

from adapters.cli.exit_codes import MEANINGS
from adapters.cli.topics import topic_text
from docs.http_page import http_page
from docs.pages import page, table
from docs.plan_page import plan_page
from docs.policies_page import policies_page
from docs.seed_contract_page import seed_contract_page

_FOLDER = "adapters/cli/topics"


def _copied(name: str) -> str:
    about = f"<!-- copied by docs/generate.py: change {_FOLDER}/{name}.md -->"
    return f"{about}\n\n{topic_text(name)}"


def _exit_codes() -> str:
    exits = [(f"{int(code)}", meaning) for code, meaning in MEANINGS.items()]
    return page("Exit codes", "How every command ends:", table(("code", "means"), exits))


TOPIC_PAGES: dict[str, Callable[[], str]] = {
    "run-filter.md": partial(_copied, "filters"),
    "../how-to/back-up-and-restore.md": partial(_copied, "backups"),
    **{f"{name}.md": partial(_copied, name) for name in ("profiles", "time-zones", "times")},
    f"../../{_FOLDER}/plans.md": plan_page,
    f"../../{_FOLDER}/exit-codes.md": _exit_codes,
    "seed-contract.md": seed_contract_page,
    "policies.md": policies_page,
    "http.md": http_page,
}
"""What each page is made of, by its place from docs/reference on."""
