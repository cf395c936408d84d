"""What a planner puts out, as faces show it and plan files hold it."""

from typing import Annotated, Final

from domain.json import JsonMap, plain_json_of
from domain.plan.plan import PlanOutput
from domain.views.json_form import View

PLAN: Final[View[JsonMap]] = View("planned", Annotated[JsonMap, plain_json_of(PlanOutput)])
"""Without the fields that have their defaults."""
