"""The reference page on plan files, made from the models of a plan."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from docs.pages import fields, page, table, type_in_words
from domain.plan import mapping
from domain.plan.plan import Plan, PlanOutput
from domain.plan.time_range import ALLOWED

_EXAMPLE = Path(__file__).parent / "reference" / "plan-example.json"

_ABOUT_PLANS = """\
A plan says which tools are asked for what. `opstrail ask QUESTION --plan-only` prints the plan of
a question; `opstrail run start --plan FILE` runs that of a file, which holds a [Plan](#plan) or,
with `kind`, a whole [PlanOutput](#planoutput). The JSON Schema is
[plan.json](schemas/plan.json); `opstrail` also reads views in small letters, and scope `work`.

Each of these parts that is there stands for one tool call of its name: `primary`, `secondary`,
`list`, `aggregate`, `graph`, `metric`, `history`, `document`, `cep`. A number outside its limits
is brought inside and the run says so; an unknown field is refused, with those that there are.

The [example](plan-example.json) asks a demo estate (`opstrail estate demo`) what fails with a
server, how busy all that is, and what happened there:"""


def plan_page() -> str:
    """Return the page on plan files."""
    models = plan_file()["$defs"]
    names = dict.fromkeys(("Plan", *models))
    example = _EXAMPLE.read_text(encoding="utf-8")
    return page(
        "Plan files",
        _ABOUT_PLANS,
        f"```json\n{example}```",
        f"Time ranges are\n\n```\n{ALLOWED}\n```",
        f"What a call takes from earlier results is an expression:\n\n```\n{_forms()}\n```",
        *(_model(name, models[name]) for name in names if name != "JsonValue"),
    )


def plan_file() -> dict[str, Any]:
    """Return the JSON Schema of a plan file."""
    return TypeAdapter(Plan | PlanOutput).json_schema()


def _forms() -> str:
    """Return the forms of a mapping expression, as its module lists them."""
    return (mapping.__doc__ or "").strip().split("\n\n")[-1]


def _model(name: str, schema: Mapping[str, Any]) -> str:
    about = f"## {name}\n\n{schema.get('description', '')}"
    if "enum" in schema:
        return f"{about}\n\nOne of {type_in_words(schema)}."
    rows = [(name, _linked(kind), *more) for name, kind, *more in fields(schema)]
    return f"{about}\n\n" + table(("field", "type", "default", "meaning"), rows)


def _linked(kind: str) -> str:
    """Return a type with links to the sections of the models in it, whose names have capitals."""
    return re.sub(r"\b([A-Z]\w+)(?![^`]*`)", lambda name: f"[{name[1]}](#{name[1].lower()})", kind)
